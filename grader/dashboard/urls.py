"""URLs of the start page and the catalogue."""

from django.urls import path

from grader.dashboard import chapter_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("exercises/", views.catalogue, name="catalogue"),
    path("chapters/<int:number>/", chapter_views.chapter, name="chapter"),
    path("chapters/<int:number>/run/", chapter_views.run_block, name="run_block"),
    path("chapters/runs/<uuid:pk>/", chapter_views.block_run, name="block_run"),
]
