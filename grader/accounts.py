"""Logging in, setting a first password, and limits on guessing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView as DjangoLoginView
from django.contrib.auth.views import PasswordResetConfirmView, redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _

from grader.errors import error_page
from grader.operations import guessing, known_browsers
from grader.operations.addresses import client_address
from grader.submissions.limits import seconds_to_wait

GUESSES_PER_MINUTE = 10
CLASS_PER_MINUTE = 300  # a whole class may sit behind one address


@dataclass(frozen=True)
class Wait:
    """When the next try is taken."""

    minutes: int
    until: datetime


class LoginView(DjangoLoginView):
    """Django's login, with limits on guessing (`operations.guessing`) that are judged before the password is."""

    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = guessing.account_of(request.POST.get("username", ""))
        browser = known_browsers.browser_of(request, account)
        attempt = guessing.Attempt(account, client_address(request), browser)
        wait_s = guessing.begin(attempt)
        if wait_s:
            return self.refuse(request, wait_s)
        response: HttpResponse = super().post(request, *args, **kwargs)
        if request.user.is_authenticated:
            guessing.succeeded(attempt)
            known_browsers.remember(request, response, account)
        return response

    def refuse(self, request: HttpRequest, wait_s: int) -> HttpResponse:
        """The page again, saying when; right and wrong passwords, and names that do not exist, get the same."""
        form = self.get_form_class()(request, initial={"username": request.POST.get("username", "")[:150]})
        until = timezone.localtime() + timedelta(seconds=wait_s)
        context = self.get_context_data(form=form, wait=Wait(-(-wait_s // 60), until))
        return self.render_to_response(context, status=429, headers={"Retry-After": str(wait_s)})


@login_not_required
def admin_login(request: HttpRequest) -> HttpResponse:
    """The administration's own login would know no limits. Whoever else is logged in and comes here has no part in it."""
    if getattr(request.user, "is_staff", False):
        return redirect("admin:index")
    if request.user.is_authenticated:
        raise Http404
    return redirect_to_login(request.GET.get("next") or "/admin/")


class SetPasswordView(PasswordResetConfirmView):
    """Behind the link of an invitation, which is worthless once a password is set."""

    template_name = "courses/set_password.html"
    success_url = reverse_lazy("login")


def limit_guesses(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For addresses that hold a secret: so many tries a minute for one user, and more for one address."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        names = (f"guess:user:{request.user.pk}", f"guess:address:{client_address(request)}")
        wait_s = max(seconds_to_wait(names[0], GUESSES_PER_MINUTE), seconds_to_wait(names[1], CLASS_PER_MINUTE))
        if wait_s:
            response = error_page(request, 429, _("Too many tries. Wait a minute."))
            response["Retry-After"] = str(wait_s)
            return response
        return view(request, *args, **kwargs)

    return limited
