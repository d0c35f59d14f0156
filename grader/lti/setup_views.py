"""For administrators: how this installation is set up in a platform."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from grader.lti.guides import addresses_of, list_guides
from grader.lti.models import Platform
from grader.lti.views import describe


@require_safe
@never_cache
def setup(request: HttpRequest) -> HttpResponse:
    """Every address of this installation, by platform; and who waits for approval."""
    if not (request.user.is_staff and request.user.has_perm("lti.view_platform")):
        raise Http404("no such page for this user")
    here = addresses_of(request)
    context = {
        "here": here,
        "guides": list_guides(here, describe(request)),
        "waiting": Platform.objects.filter(is_active=False),
    }
    return render(request, "lti/setup.html", context)
