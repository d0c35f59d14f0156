"""URLs of the start page and the catalogue."""

from django.urls import path

from grader.dashboard import views

urlpatterns = [
    path("", views.home, name="home"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("exercises/", views.catalogue, name="catalogue"),
]
