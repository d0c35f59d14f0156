"""URLs of grades, of looking at work, and of the audit."""

from django.urls import path

from grader.gradebook import views

urlpatterns = [
    path("courses/<slug:slug>/gradebook/", views.gradebook, name="gradebook"),
    path("courses/<slug:slug>/gradebook/export/", views.gradebook_export, name="gradebook_export"),
    path("courses/<slug:slug>/gradebook/<int:user>/<int:assignment>/", views.grade_cell, name="grade_cell"),
    path("courses/<slug:slug>/grades/", views.grades, name="grades"),
    path("courses/<slug:slug>/grades/<int:user>/<int:assignment>/", views.grade, name="grade"),
]
