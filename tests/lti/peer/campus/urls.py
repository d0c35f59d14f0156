from campus import views
from django.urls import include, path

urlpatterns = [
    path("login/<slug:name>", views.log_in),
    path("unit/<slug:name>", views.unit),
    path("studio/<slug:name>", views.studio),
    path("api/", include("lti_consumer.plugin.urls")),
]
