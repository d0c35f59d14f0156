"""Logging in, with a limit on guessing."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth.views import LoginView as DjangoLoginView
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from grader.errors import error_page
from grader.submissions.limits import seconds_to_wait

GUESSES_PER_MINUTE = 10


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
