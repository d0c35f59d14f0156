"""Logging in, setting a first password, and limits on guessing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import LoginView as DjangoLoginView
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from grader.errors import error_page
from grader.submissions.limits import seconds_to_wait

GUESSES_PER_MINUTE = 10
CLASS_PER_MINUTE = 300  # a whole class may sit behind one address


class LoginView(DjangoLoginView):
    """Django's login; ten tries a minute for one account from one address, so that nobody can lock others out."""

    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = request.POST.get("username", "").strip().lower()[:150]
        guess = f"{name} {request.META.get('REMOTE_ADDR', '')}"
        key = hashlib.sha256(guess.encode()).hexdigest()[:32]
        wait_s = seconds_to_wait(f"login:{key}", GUESSES_PER_MINUTE)
        if wait_s:
            response = error_page(request, 429, _("Too many tries for this account. Wait a minute."))
            response["Retry-After"] = str(wait_s)
            return response
        return super().post(request, *args, **kwargs)


class SetPasswordView(PasswordResetConfirmView):
    """Behind the link of an invitation, which is worthless once a password is set."""

    template_name = "courses/set_password.html"
    success_url = reverse_lazy("login")


def limit_guesses(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For addresses that hold a secret: so many tries a minute for one user, and more for one address."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        names = (f"guess:user:{request.user.pk}", f"guess:address:{request.META.get('REMOTE_ADDR', '')}")
        wait_s = max(seconds_to_wait(names[0], GUESSES_PER_MINUTE), seconds_to_wait(names[1], CLASS_PER_MINUTE))
        if wait_s:
            response = error_page(request, 429, _("Too many tries. Wait a minute."))
            response["Retry-After"] = str(wait_s)
            return response
        return view(request, *args, **kwargs)

    return limited
