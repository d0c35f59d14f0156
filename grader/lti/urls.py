"""URLs of the LTI tool."""

from django.urls import path

from grader.lti import views

urlpatterns = [
    path("lti/login/", views.login, name="lti_login"),
    path("lti/launch/", views.launch, name="lti_launch"),
    path("lti/jwks.json", views.jwks, name="lti_jwks"),
    path("lti/config.json", views.config, name="lti_config"),
]
