"""The reference, and the page of one's tokens."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grader.api import document, tokens
from grader.api.forms import TokenForm
from grader.api.models import Scope, tokens_of
from grader.courses.permissions import ways_of


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """It tells nothing that is not in the source: open to every program."""
    return JsonResponse(document.build())


@login_not_required
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    context = {
        "entries": document.list_entries(),
        "codes": document.list_codes(),
        "root": request.build_absolute_uri(f"/{document.ROOT}"),
    }
    return render(request, "api/reference.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def token_page(request: HttpRequest) -> HttpResponse:
    """One's tokens, and the form for one more. The answer to the form is the only place that ever shows its text."""
    form = TokenForm(request.POST or None, teaches=ways_of(request.user).manages_courses)
    if request.method == "POST" and form.is_valid():
        try:
            made, text = tokens.make(request.user, **form.cleaned_data)
        except tokens.NameTaken:
            form.add_error("name", _("You have a token of this name."))
        except tokens.TooMany:
            form.add_error(None, _("You have very many tokens. Revoke one first."))
        else:
            return show(request, TokenForm(teaches=ways_of(request.user).manages_courses), made=made, text=text)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return show(request, form, status)


def show(request: HttpRequest, form: TokenForm, status: int = HTTPStatus.OK, **made: Any) -> HttpResponse:
    rows = list(tokens_of(request.user.pk))  # type: ignore[arg-type]
    lines = [(row, [scope for scope in Scope if scope in row.scope_set]) for row in rows]
    return render(request, "api/tokens.html", {"form": form, "lines": lines, **made}, status=status)


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    if not tokens.revoke(request.user, pk):
        raise Http404("not one of this user's")
    messages.success(request, _("Revoked: it opens nothing any more."))
    return redirect("tokens")
