"""URLs of health, figures and the status page."""

from django.urls import path

from grader.observing import views

urlpatterns = [
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path("healthz", views.healthz, name="healthz"),
    path("metrics", views.metrics, name="metrics"),
    path("status/", views.status, name="status"),
]
