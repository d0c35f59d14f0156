"""The tool's public endpoints: login, launch, keys, configuration."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grader.lti import deep_linking, entering, frames, keys, launching, registration
from grader.lti.claims import CLAIM, DEEP_LINK, RESOURCE_LINK, as_object
from grader.lti.models import origin_of
from grader.lti.people import arrive, language_of
from grader.lti.records import note
from grader.lti.refusals import NO_LAUNCH, NO_REGISTRATION, WHAT, Refused
from grader.submissions.limits import seconds_to_wait


@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The platform announces somebody: send the browser on to it, with a state of its own."""
    given = request.POST if request.method == "POST" else request.GET
    asked = {name: given.get(name, "") for name in launching.ASKED}
    try:
        begun = launching.begin(asked, request.build_absolute_uri(reverse("lti_launch")))
    except Refused as refused:
        return refuse(request, "login", refused, issuer=asked["iss"])
    if frames.may_lack_cookies(request):
        # Before the platform is asked: what it gave for this login is often good for one request only.
        context = {"begun": begun, "again": again_url(asked)}
        response = framed_anywhere(render(request, "lti/begin.html", context))
    else:
        response = HttpResponseRedirect(begun.url)
    frames.set_login_cookie(request, response, begun.cookie, begun.secret, launching.LOGIN_S)
    return response


@login_not_required
@never_cache
@require_safe
def cookies(request: HttpRequest) -> JsonResponse:
    """Whether the cookie that was just set reaches us from where the page stands."""
    return JsonResponse({"arrived": any(name.startswith("lti-") for name in request.COOKIES)})


@login_not_required
@csrf_exempt
@never_cache
@require_POST
def launch(request: HttpRequest) -> HttpResponse:
    """The platform's answer: prove it, log the person in, show what the link names."""
    state = request.POST.get("state", "")
    cookie = launching.cookie_of(state)
    try:
        row = launching.take_state(state, frames.read_login_secrets(request, cookie))
        platform = row.platform
        if request.POST.get("error"):
            words = [request.POST.get(name, "")[:200] for name in ("error", "error_description")]
            raise Refused("platform_error", ": ".join(word for word in words if word), platform=platform)
        told, deployment = launching.read_token(row, request.POST.get("id_token", ""))
        try:
            arrival = arrive(told, deployment)
            picker = deep_linking.prepare(platform, told, arrival) if told.message_type == DEEP_LINK else None
        except Refused as refused:
            refused.platform, refused.return_url = platform, told.return_url
            refused.claims = {"sub": told.sub, CLAIM + "deployment_id": told.deployment_id}
            raise
    except Refused as refused:
        if asks_storage(request, refused):
            return ask_storage(request, refused, cookie)
        response = refuse(request, "launch", refused)
    else:
        entrance = entering.entrance_of(platform, told, arrival, picker)
        came = cookie in frames.read_login_cookies(request)
        detail = "" if came else "by the platform's storage"
        note(request, "launch", "ok", detail, platform=platform, deployment_id=told.deployment_id, sub=told.sub)
        response = entering.enter(request, entrance, cookie) if came else offer_tab(request, entrance)
    if state:
        frames.drop_login_cookie(request, response, cookie)
    return response


def asks_storage(request: HttpRequest, refused: Refused) -> bool:
    """Whether the secret that no cookie brought may be with the platform's frame, and was not asked for there yet."""
    has_storage = refused.code == "cookie_missing" and bool(refused.asked.get("lti_storage_target"))
    return has_storage and "secret" not in request.POST


def ask_storage(request: HttpRequest, refused: Refused, cookie: str) -> HttpResponse:
    """A page that gets the secret from the platform's frame and sends the launch once more, from here."""
    names = ("state", "id_token", "error", "error_description")
    context = {
        "storage": refused.asked["lti_storage_target"],
        "origin": origin_of(refused.platform.auth_url),
        "key": cookie,
        "fields": [(name, request.POST[name]) for name in names if name in request.POST],
    }
    return framed_anywhere(render(request, "lti/ask_storage.html", context))


def offer_tab(request: HttpRequest, entrance: entering.Entrance) -> HttpResponse:
    """The launch is proved; without cookies nobody stays logged in where it happened."""
    language = get_language() if settings.LANGUAGE_COOKIE_NAME in request.COOKIES else language_of(entrance.locale)
    with override(language if entrance.locale else get_language()):
        response = render(request, "lti/tab.html", {"ticket": entering.keep(entrance)})
    return framed_anywhere(response)


@login_not_required
@csrf_exempt
@never_cache
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """A proved launch goes on in a tab of its own. Only from a page of ours: else it would log anybody in as its owner."""
    try:
        if not frames.is_from_own_page(request):
            raise Refused("state_unknown", "a ticket from another site's page")
        entrance = entering.take(request.POST.get("ticket", ""))
    except Refused as refused:
        return refuse(request, "enter", refused)
    return entering.enter(request, entrance, "")


def framed_anywhere(response: HttpResponse) -> HttpResponse:
    """Which page frames a launch is known only once it is proved: some platforms show their pages at other hosts."""
    response.lti_origins = frames.ANYWHERE  # type: ignore[attr-defined]
    return response


def refuse(request: HttpRequest, step: str, refused: Refused, issuer: str = "") -> HttpResponse:
    """A page that says what happened and what helps, with the id under which the log tells the rest."""
    claims, platform = refused.claims, refused.platform
    detail = refused.detail
    deployment_id, sub = (str(claims.get(name) or "") for name in (CLAIM + "deployment_id", "sub"))
    note(request, step, refused.code, detail, platform=platform, deployment_id=deployment_id, sub=sub, issuer=issuer)
    locale = as_object(claims.get(CLAIM + "launch_presentation")).get("locale")
    has_choice = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    language = language_of(locale) if isinstance(locale, str) and not has_choice else get_language()
    with override(language):
        words = WHAT[refused.code]
        context = {
            "title": NO_REGISTRATION if step == "register" else NO_LAUNCH,
            "what": words.what,
            "remedy": words.remedy,
            "code": refused.code,
            "request_id": getattr(request, "id", ""),
            "again": again_url(refused.asked) if refused.code == "cookie_missing" else "",
            "back": back_url(refused, str(words.what), getattr(request, "id", "")),
        }
        response = render(request, "lti/refused.html", context, status=400)
    return framed_anywhere(response)


def again_url(asked: dict[str, str]) -> str:
    """The same login once more, for a tab of its own where its cookies are first-party ones."""
    told = {name: value for name, value in asked.items() if value and name != "lti_storage_target"}
    return f"{reverse('lti_login')}?{urlencode(told)}" if told else ""


def back_url(refused: Refused, message: str, request_id: str) -> str:
    """The platform's return address, which takes the message along."""
    if not refused.return_url:
        return ""
    told = {"lti_errormsg": message, "lti_errorlog": f"{refused.code} {request_id}"}
    return launching.with_query(refused.return_url, told)


REGISTRATIONS_PER_MINUTE = 10


@login_not_required
@require_http_methods(["GET"])
@never_cache
def register(request: HttpRequest) -> HttpResponse:
    """A platform's administrator opens this in the platform; the token in the address is for the platform alone."""
    url, token = (request.GET.get(name, "") for name in ("openid_configuration", "registration_token"))
    try:
        if not url:
            raise Refused("registration", "without openid_configuration")
        if seconds_to_wait("lti:register", REGISTRATIONS_PER_MINUTE):
            raise Refused("registration", "too many within a minute")
        platform = registration.register(request, url, token)
    except Refused as refused:
        return refuse(request, "register", refused, issuer=url.partition("?")[0])
    note(request, "register", "ok", platform=platform)
    response = render(request, "lti/registered.html")
    response.lti_origins = platform.origins  # type: ignore[attr-defined]
    return response


@login_not_required
@require_safe
@never_cache
def jwks(request: HttpRequest) -> JsonResponse:
    """The tool's public keys."""
    return JsonResponse(keys.keyset(), headers={"Cache-Control": "public, max-age=300"})


@login_not_required
@require_safe
@never_cache
def config(request: HttpRequest) -> JsonResponse:
    """What a platform's administrator types in, for platforms that read it themselves."""
    return JsonResponse(describe(request), json_dumps_params={"indent": 2})


def describe(request: HttpRequest) -> dict[str, Any]:
    """The tool in the words of a platform's JSON configuration."""
    launch_url = request.build_absolute_uri(reverse("lti_launch"))
    placements = [
        {"placement": name, "message_type": kind, "target_link_uri": launch_url, "text": "Gradus", "enabled": True}
        for name, kind in (("link_selection", DEEP_LINK), ("assignment_selection", DEEP_LINK))
    ]
    messages = [{"type": kind, "target_link_uri": launch_url} for kind in (RESOURCE_LINK, DEEP_LINK)]
    return {
        "title": "Gradus",
        "description": gettext("Autograd exercises, graded at once"),
        "oidc_initiation_url": request.build_absolute_uri(reverse("lti_login")),
        "target_link_uri": launch_url,
        "redirect_uris": [launch_url],
        "public_jwk_url": request.build_absolute_uri(reverse("lti_jwks")),
        "custom_fields": deep_linking.CUSTOM,
        "claims": registration.CLAIMS,
        "messages": messages,
        "scopes": [*registration.AGS_SCOPES, registration.NRPS_SCOPE],
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": urlsplit(launch_url).hostname,
                "privacy_level": "public",
                "settings": {"text": "Gradus", "placements": placements},
            }
        ],
    }
