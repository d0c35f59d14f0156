"""Health for load balancers, figures for Prometheus, and the page in words for those who teach."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from grader.courses.permissions import ways_of
from grader.observing import health
from grader.observing.access import may_read
from grader.observing.figures import write_metrics
from grader.observing.status import build_status


@login_not_required
@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Pages can be served. 503 otherwise; which component, and to nobody more."""
    return answer(health.look(health.READY), in_full=False)


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Everything, for operators with the reasons. 503 when something is wrong."""
    return answer(health.look(health.HEALTHY), in_full=settings.DEBUG or may_read(request))


def answer(findings: list[health.Finding], *, in_full: bool) -> JsonResponse:
    is_well = all(finding.is_ok for finding in findings)
    checks = {finding.name: finding.show(in_full=in_full) for finding in findings}
    return JsonResponse({"ok": is_well, "checks": checks}, status=200 if is_well else 503)


@login_not_required
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus; to everybody else there is no such page, whatever the method."""
    if request.method not in ("GET", "HEAD") or not may_read(request):
        raise Http404("no such page")
    return HttpResponse(write_metrics(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


@require_safe
@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """How grading does, in words. For htmx the sentences alone."""
    if not ways_of(request.user).teaches:
        raise Http404("for those who teach")
    template = "observing/_status.html" if request.htmx else "observing/status.html"  # type: ignore[attr-defined]
    return render(request, template, {"page": build_status(request.user)})
