"""URLs of analytics."""

from django.urls import path

from grader.analytics import views

urlpatterns = [
    path("courses/<slug:slug>/analytics/", views.analytics, name="analytics"),
    path("courses/<slug:slug>/analytics/<int:pk>/", views.analytics_exercise, name="analytics_exercise"),
    path("exercises/<slug:slug>/hints/<int:number>/", views.hint_opened, name="hint_opened"),
]
