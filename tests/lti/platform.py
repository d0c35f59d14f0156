"""A learning platform over real HTTP: keys, tokens, line items, scores. It signs what it is told to, right or wrong."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
INSTRUCTOR, LEARNER = f"{MEMBERSHIP}#Instructor", f"{MEMBERSHIP}#Learner"
SCOPES = [f"https://purl.imsglobal.org/spec/lti-ags/scope/{name}" for name in ("score", "lineitem", "result.readonly")]


class Key:
    """A key pair under a name."""

    def __init__(self, kid: str, bits: int = 2048) -> None:
        self.kid = kid
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=bits)

    @property
    def jwk(self) -> dict[str, Any]:
        made = jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {"kty": "RSA", "n": made["n"], "e": made["e"], "kid": self.kid, "alg": "RS256", "use": "sig"}

    @property
    def public_pem(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, claims: Any, **header: Any) -> str:
        """RS256 over whatever it is, with the header as given (None: left out)."""
        head = {"typ": "JWT", "alg": "RS256", "kid": self.kid, **header}
        return jwt.api_jws.encode(
            json.dumps(claims).encode(), self.private, "RS256", headers={k: v for k, v in head.items() if v is not None}
        )


def unsigned(claims: Any, alg: str = "none", kid: str = "k1", signature: bytes = b"") -> str:
    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    head = json.dumps({"alg": alg, "kid": kid, "typ": "JWT"}).encode()
    return ".".join([part(head), part(json.dumps(claims).encode()), part(signature)])


# What a platform's page does for tools that keep no cookies, as in "LTI Client Side postMessages".
STORAGE = """<script>
const kept = {};
addEventListener("message", ({ data, origin, source }) => {
  const { subject, message_id, key } = data;
  const mine = (kept[origin] ??= {});
  if (subject === "lti.put_data") mine[key] = data.value;
  else if (subject !== "lti.get_data") return;
  (window.seen ??= []).push(subject);
  source.postMessage({ subject: subject + ".response", message_id, key, value: mine[key] }, origin);
});
</script>"""
VIEWPORT = '<meta name="viewport" content="width=device-width">'
ONE_KEY = Key("k1")  # for all tests: making one takes a while


@dataclass
class Platform:
    """What it was asked is kept; what it answers is set by the test."""

    port: int = 0
    client_id: str = "gradus-client"
    keys: list[Key] = field(default_factory=lambda: [ONE_KEY])
    key_reads: int = 0
    tokens: list[dict[str, str]] = field(default_factory=list)
    scores: list[dict[str, Any]] = field(default_factory=list)  # in the order in which they were taken
    requests: list[tuple[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)  # statuses for the next score requests; then 200
    swallow: int = 0  # so many score requests are taken, and their answer is lost
    token_status: int = 200
    line_items: list[dict[str, Any]] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)  # what its columns hold; a page has two
    results_status: int = 200
    latest: dict[str, str] = field(default_factory=dict)  # timestamp by path and user, as Moodle compares them
    hints: dict[str, dict[str, Any]] = field(default_factory=dict)  # what is different for a login hint
    hints_used: set[str] = field(default_factory=set)  # each is good for one login
    members: list[dict[str, Any]] = field(default_factory=list)  # of which a page has two
    configuration: dict[str, Any] = field(default_factory=dict)  # what is different in the OpenID configuration
    registrations: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def issuer(self) -> str:
        return self.url

    def claims(self, nonce: str, role: str | list[str] | None = LEARNER, **changes: Any) -> dict[str, Any]:
        """A normal launch; a change to None leaves a claim out."""
        now = int(time.time())
        roles = [role] if isinstance(role, str) else role
        found = {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": "person-1",
            "iat": now,
            "exp": now + 60,
            "nonce": nonce,
            "given_name": "Ada",
            "family_name": "Lovelace",
            "email": "ada@example.edu",
            CLAIM + "version": "1.3.0",
            CLAIM + "message_type": "LtiResourceLinkRequest",
            CLAIM + "deployment_id": "d1",
            CLAIM + "target_link_uri": "http://testserver/lti/launch/",
            CLAIM + "roles": roles,
            CLAIM + "resource_link": {"id": "link-1", "title": "Zero grad"},
            CLAIM + "context": {"id": "course-1", "label": "ML1", "title": "Machine learning"},
            CLAIM + "custom": {"exercise": "zero-grad-loop"},
            **changes,
        }
        return {name: value for name, value in found.items() if value is not None}

    def ags(self, item: str = "/lineitems/1/lineitem?type_id=3", **changes: Any) -> dict[str, Any]:
        found = {"scope": SCOPES, "lineitem": self.url + item, "lineitems": self.url + "/lineitems?type_id=3"}
        return {AGS: {name: value for name, value in {**found, **changes}.items() if value is not None}}

    def sign(self, claims: Any, **header: Any) -> str:
        return self.keys[-1].sign(claims, **header)


class Handler(BaseHTTPRequestHandler):
    platform: Platform

    def log_message(self, *_: Any) -> None:
        pass

    def answer(self, status: int, value: Any = None, **headers: str) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def show(self, page: str) -> None:
        body = f"<!doctype html><title>Platform</title>{VIEWPORT}{page}".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_in(self, asked: dict[str, str]) -> None:
        """The browser came to be logged in: it takes a launch back by a form."""
        hint = asked["login_hint"]
        if hint in self.platform.hints_used:
            return self.show("This login is over.")
        self.platform.hints_used.add(hint)
        changes = self.platform.hints.get(hint, {})
        token = self.platform.sign(self.platform.claims(**{"nonce": asked["nonce"], **changes}))
        fields = {"state": asked["state"], "id_token": token}
        inputs = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items())
        self.show(
            f'<form method="post" action="{asked["redirect_uri"]}">{inputs}</form><script>document.forms[0].submit()</script>'
        )

    def do_GET(self) -> None:
        platform, path = self.platform, urlsplit(self.path).path
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        platform.requests.append(("GET", self.path))
        if path == "/course":
            storage = asked.get("storage", "")
            login = {"iss": platform.issuer, "login_hint": asked["hint"], "target_link_uri": asked["tool"]}
            tool = urlencode({**login, **({"lti_storage_target": storage} if storage else {})})
            keeper = f'<iframe name="{storage}" src="/storage" hidden></iframe>' if storage else ""
            self.show(
                f'{keeper}<iframe id="tool" width="600" height="700" src="{asked["tool"]}/lti/login/?{tool}"></iframe>'
            )
        elif path == "/storage":
            self.show(STORAGE)
        elif path == "/favicon.ico":
            self.show("")
        elif path == "/auth":
            self.log_in(asked)
        elif path == "/keys":
            platform.key_reads += 1
            self.answer(200, {"keys": [key.jwk for key in platform.keys]})
        elif path == "/members":
            start = int(parse_qs(urlsplit(self.path).query).get("from", ["0"])[0])
            rest = start + 2 < len(platform.members)
            link = {"Link": f'<{platform.url}/members?from={start + 2}>; rel="next"'} if rest else {}
            self.answer(200, {"id": "x", "members": platform.members[start : start + 2]}, **link)
        elif path.endswith("/results"):
            start = int(asked.get("from", 0))
            rest = start + 2 < len(platform.results)
            link = {"Link": f'<{platform.url}{path}?from={start + 2}>; rel="next"'} if rest else {}
            status = platform.results_status
            self.answer(status, platform.results[start : start + 2] if status == 200 else {"error": "no"}, **link)
        elif path == "/configuration":
            ends = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/keys"}
            told = {name: platform.url + end for name, end in ends.items()}
            told |= {"issuer": platform.issuer, "registration_endpoint": platform.url + "/register"}
            self.answer(200, {**told, **platform.configuration})
        elif path == "/lineitems":
            wanted = parse_qs(urlsplit(self.path).query).get("resource_link_id", [""])[0]
            self.answer(200, [item for item in platform.line_items if item.get("resourceLinkId") == wanted])
        else:
            self.answer(404)

    def do_POST(self) -> None:
        platform, path = self.platform, urlsplit(self.path).path
        platform.requests.append(("POST", self.path))
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if path == "/token":
            platform.tokens.append({name: values[0] for name, values in parse_qs(body.decode()).items()})
            self.answer(platform.token_status, {"access_token": secrets.token_hex(8), "expires_in": 3600})
        elif path == "/register":
            platform.registrations.append((self.headers.get("Authorization", ""), json.loads(body)))
            tool = {"https://purl.imsglobal.org/spec/lti-tool-configuration": {"deployment_id": "d1"}}
            self.answer(200, {**json.loads(body), "client_id": "made-for-gradus", **tool})
        elif path == "/lineitems":
            item = {**json.loads(body), "id": f"{platform.url}/lineitems/{len(platform.line_items) + 1}/lineitem"}
            platform.line_items.append(item)
            self.answer(201, item)
        elif path.endswith("/scores") and self.headers.get("Authorization", "").startswith("Bearer "):
            self.take_score(json.loads(body))
        else:
            self.answer(404)

    def take_score(self, score: dict[str, Any]) -> None:
        platform = self.platform
        with platform.lock:
            if platform.answers:
                status = platform.answers.pop(0)
                if status >= 300:
                    self.answer(status, {"error": f"you get a {status} <b>today</b>"})
                    return
            key = f"{self.path} {score['userId']}"
            stamp = score["timestamp"][:19]
            if platform.latest.get(key, "") >= stamp:
                self.answer(409, {"error": "Refusing score with an earlier timestamp"})
                return
            platform.latest[key] = stamp
            platform.scores.append({**score, "path": self.path})
            if platform.swallow:
                platform.swallow -= 1
                self.connection.close()
                return
        self.answer(200)


@contextmanager
def run_platform(**options: Any) -> Iterator[Platform]:
    platform = Platform(**options)
    handler = type("BoundHandler", (Handler,), {"platform": platform})
    server = ThreadingHTTPServer(("127.0.0.1", platform.port), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    platform.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
