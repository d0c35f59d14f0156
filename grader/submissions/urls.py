"""URLs of exercises and submissions."""

from django.urls import path

from grader.submissions import export_views, history_views, views
from grader.submissions.events import events

urlpatterns = [
    path("exercises/<slug:slug>/", views.exercise_page, name="exercise"),
    path("exercises/<slug:slug>/attempts/", history_views.attempts, name="attempts"),
    path("exercises/<slug:slug>/draft/", views.draft, name="draft"),
    path("exercises/<slug:slug>/run/", views.run, name="run"),
    path("exercises/<slug:slug>/submit/", views.submit, name="submit"),
    path("export/", export_views.export, name="export"),
    path("submissions/<uuid:pk>/", views.submission_page, name="submission"),
    path("submissions/<uuid:pk>/events/", events, name="submission_events"),
    path("submissions/<uuid:pk>/traced/", views.submission_traced, name="submission_traced"),
    path("submissions/<uuid:pk>/status/", views.submission_status, name="submission_status"),
]
