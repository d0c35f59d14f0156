"""Every URL of the product."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from grader.accounts import LoginView, SetPasswordView, admin_login, limit_guesses
from grader.courses.views import join

urlpatterns = [
    path("", include("grader.dashboard.urls")),
    path("", include("grader.courses.urls")),
    path("", include("grader.authoring.urls")),
    path("", include("grader.submissions.urls")),
    path("", include("grader.regrading.urls")),
    path("", include("grader.similarity.urls")),
    path("", include("grader.analytics.urls")),
    path("", include("grader.gradebook.urls")),
    path("", include("grader.lti.urls")),
    path("", include("grader.observing.urls")),
    path("", include("grader.api.urls")),
    path("join/<str:code>/", limit_guesses(join), name="join"),
    path("accounts/login/", LoginView.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("accounts/set-password/<uidb64>/<token>/", SetPasswordView.as_view(), name="set_password"),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("admin/login/", admin_login, name="admin_login"),
    path("admin/", admin.site.urls),
]

handler400 = "grader.errors.bad_request"
handler403 = "grader.errors.forbidden"
handler404 = "grader.errors.not_found"
handler500 = "grader.errors.server_error"
