"""URLs of similarity."""

from django.urls import path

from grader.similarity import views

urlpatterns = [
    path("courses/<slug:slug>/assignments/<int:pk>/similar/", views.similar, name="similar"),
    path(
        "courses/<slug:slug>/assignments/<int:pk>/similar/<uuid:first>/<uuid:second>/",
        views.similar_pair,
        name="similar_pair",
    ),
]
