"""Life inside a platform's frame: cookies that reach us there, and pages that the platform may show."""

from __future__ import annotations

from http.cookies import Morsel
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

KEY = "lti"  # of the session
MOST_FRAMES = 10
FRAMES = frozenset(("iframe", "frame", "embed", "object", "fencedframe"))
ANYWHERE = ["*"]  # for pages that show nothing of a person and do nothing for them


def teach_cookies_partitioned() -> None:
    """Python 3.11 does not know the attribute `Partitioned` of cookies; later ones do."""
    reserved: dict[str, str] = Morsel._reserved  # type: ignore[attr-defined]
    flags: set[str] = Morsel._flags  # type: ignore[attr-defined]
    reserved.setdefault("partitioned", "Partitioned")
    flags.add("partitioned")


def is_https(request: HttpRequest) -> bool:
    return bool(settings.HTTPS or request.is_secure())


def set_login_cookie(request: HttpRequest, response: HttpResponseBase, name: str, value: str, max_age: int) -> None:
    """The cookie that binds a login to its browser. Inside a frame only a partitioned one arrives.

    Over plain http, as in development, there is a second one for clients that send secure cookies over https only;
    browsers send them to localhost, too.
    """
    response.set_cookie(name, value, max_age=max_age, path="/lti/", secure=True, httponly=True, samesite="None")
    response.cookies[name]["partitioned"] = True
    if not is_https(request):
        response.set_cookie(name + "-plain", value, max_age=max_age, path="/lti/", httponly=True)


def read_login_cookies(request: HttpRequest) -> dict[str, str]:
    """All login cookies; over plain http, the plain ones where the others did not come."""
    found = {name: value for name, value in request.COOKIES.items() if name.startswith("lti-")}
    if not is_https(request):
        for name, value in list(found.items()):
            if name.endswith("-plain"):
                found.setdefault(name.removesuffix("-plain"), value)
    return found


def drop_login_cookie(request: HttpRequest, response: HttpResponseBase, name: str) -> None:
    set_login_cookie(request, response, name, "", 0)


def may_lack_cookies(request: HttpRequest) -> bool:
    """Whether this is a frame of which it is not known that our cookies reach us from there."""
    ours = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    has_cookie = any(name in ours or name.startswith("lti-") for name in request.COOKIES)
    return request.headers.get("Sec-Fetch-Dest") in FRAMES and not has_cookie


def is_from_own_page(request: HttpRequest) -> bool:
    """Whether a page of this site sent it: another site's page cannot make a browser say so. Without a word: no."""
    origin = urlsplit(request.headers.get("Origin", ""))
    schemes = {request.scheme, "https"} if settings.HTTPS else {request.scheme}
    is_same_site = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    return is_same_site and origin.scheme in schemes and origin.netloc == request.get_host()


def read_login_secrets(request: HttpRequest, name: str) -> dict[str, str]:
    """Those of the cookies; without that cookie, the one that our own page got back from the platform's frame."""
    found = read_login_cookies(request)
    stored = request.POST.get("secret", "")
    if stored and name not in found and is_from_own_page(request):
        found[name] = stored
    return found


def enter(request: HttpRequest, origins: list[str], cookie: str) -> None:
    """Remember with the session which platforms may frame its pages, and whether its cookies must work in a frame."""
    frames = [*origins, *(request.session.get(KEY) or {}).get("frames", [])]
    is_framed = is_https(request) or cookie in request.COOKIES
    request.session[KEY] = {"frames": list(dict.fromkeys(frames))[:MOST_FRAMES], "framed": is_framed}


def allow_frames(response: Any, origins: list[str]) -> None:
    """Let the platform's pages show this response in a frame, and nobody else's."""
    if not origins:
        return
    replaced = getattr(response, "_csp_replace", None) or {}
    response._csp_replace = {**replaced, "frame-ancestors": ["'self'", *origins]}
    del response["X-Frame-Options"]


class FramesMiddleware(MiddlewareMixin):
    """For sessions that a launch began: frame-ancestors of their platforms, and cookies that arrive inside frames.

    Stands outside of the session's middleware, which sets the cookies.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        session = getattr(request, "session", None)
        origins: list[str] = getattr(response, "lti_origins", [])
        if session is not None and (request.COOKIES.get(settings.SESSION_COOKIE_NAME) or session.session_key):
            kept = session.get(KEY) or {}
            origins = [*origins, *kept.get("frames", [])]
            if kept.get("framed"):
                partition(response)
        allow_frames(response, origins)
        return response


def partition(response: HttpResponseBase) -> None:
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME):
        if name in response.cookies:
            cookie = response.cookies[name]
            cookie["samesite"], cookie["secure"], cookie["partitioned"] = "None", True, True
