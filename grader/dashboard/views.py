"""The start page, the catalogue, and the way to them."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from grader.dashboard.pages import build_dashboard
from grader.dashboard.progress import list_sections


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the dashboard, or to the login for who is not logged in."""
    return redirect("dashboard" if request.user.is_authenticated else "login")


@require_safe
@never_cache
@gzip_page
def dashboard(request: HttpRequest) -> HttpResponse:
    """Own progress, and the courses that one teaches."""
    return render(request, "dashboard/dashboard.html", {"page": build_dashboard(request.user)})


@require_safe
@never_cache
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every exercise that is open to the user, by section."""
    return render(request, "exercises/catalogue.html", {"sections": list_sections(request.user)})
