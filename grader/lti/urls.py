"""URLs of the LTI tool."""

from django.urls import path

from grader.lti import picking_views, score_views, setup_views, views

urlpatterns = [
    path("lti/login/", views.login, name="lti_login"),
    path("lti/login/cookies/", views.cookies, name="lti_cookies"),
    path("lti/enter/", views.enter, name="lti_enter"),
    path("lti/launch/", views.launch, name="lti_launch"),
    path("lti/register/", views.register, name="lti_register"),
    path("lti/jwks.json", views.jwks, name="lti_jwks"),
    path("lti/config.json", views.config, name="lti_config"),
    path("lti/setup/", setup_views.setup, name="lti_setup"),
    path("lti/pick/<str:name>/", picking_views.pick, name="lti_pick"),
    path("courses/<slug:slug>/platform/", score_views.scores, name="lti_scores"),
    path("courses/<slug:slug>/platform/links/<int:pk>/", picking_views.link, name="lti_link"),
    path("courses/<slug:slug>/platform/send/", score_views.send, name="lti_scores_send"),
    path("courses/<slug:slug>/platform/results/", score_views.read_results, name="lti_results"),
    path("courses/<slug:slug>/platform/roster/", score_views.sync_roster, name="lti_roster"),
]
