"""The administrator's page for erasing a person."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from grader.gradebook.erasing import NotErased, count_held, erase


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def erase_user(request: HttpRequest) -> HttpResponse:
    """Name a person, see what there is, then write the name once more. `name`: whom; `confirm`: the name again."""
    if not request.user.is_superuser:
        raise Http404("administrators only")
    data = request.POST if request.method == "POST" else request.GET
    name = data.get("name", "").strip()
    found = get_user_model().objects.filter(username=name).first() if name and "\0" not in name else None
    error = ""
    if request.method == "POST" and found is not None:
        if request.POST.get("confirm", "").strip() == name:
            try:
                erase(found, request.user.pk, getattr(request, "id", ""))
            except NotErased:
                error = _("Whoever administers cannot be erased. Take their rights from them first.")
            else:
                messages.success(request, _("Erased. What was handed in stays without a name."))
                return redirect("erase_user")
        else:
            error = _("Write the user name once more, exactly as it stands here.")
    elif name and found is None:
        error = _("Nobody has this user name.")
    context = {"name": name, "found": found, "held": count_held(found) if found else None, "error": error}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return render(request, "gradebook/erase.html", context, status=status)
