"""Error reports: only by DSN, and without a word of a student's."""

from __future__ import annotations

import gzip
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured

from grader.observing import errors
from tests.servers import ROOT

MARK = "xylophone_in_the_code"
# A page that fails with the student's code in its locals, in its message and in its request; then a task and a log line.
CODE = f"""
import logging
import sentry_sdk
from django.test import Client, override_settings
from django.urls import path
from django.contrib.auth.decorators import login_not_required

@login_not_required
def fail(request, key):
    source = request.POST["source"]
    raise ValueError("mail ting@students.example.edu: DETAIL:  Failing row contains (1, " + source + ")")

class Urls:
    urlpatterns = [path("fail/<str:key>/", fail)]

with override_settings(ROOT_URLCONF=Urls, MIDDLEWARE=["grader.middleware.request_id"]):
    client = Client(raise_request_exception=False, headers={{"X-Request-ID": "request-0123", "Cookie": "sessionid=s3cret"}})
    assert client.post("/fail/{MARK}/?token={MARK}", {{"source": "{MARK}"}}).status_code == 500
logging.getLogger("grader.x").error("token=%s", "s3cret")
sentry_sdk.flush(10)
"""


class Inbox(http.server.BaseHTTPRequestHandler):
    """Takes envelopes as Sentry would."""

    received: list[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append(
            (gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body).decode()
        )
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def inbox() -> Iterator[tuple[str, list[str]]]:
    """A DSN, and what arrives there."""
    received: list[str] = []
    handler = type("Handler", (Inbox,), {"received": received})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://key@127.0.0.1:{server.server_port}/1", received
        server.shutdown()


def test_reports_tell_where_and_nothing_of_whom(inbox, tmp_path):
    dsn, received = inbox
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", CODE]
    environment = {**os.environ, "SENTRY_DSN": dsn, "GRADUS_VAR": str(tmp_path), "LOG_FORMAT": "json"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    reports = [
        json.loads(line)
        for text in received
        for line in text.splitlines()
        if '"event_id"' in line and '"level"' in line
    ]
    kinds = [problem["type"] for report in reports for problem in report.get("exception", {}).get("values", [])]
    assert "ValueError" in kinds
    assert all(report["tags"]["request_id"] for report in reports)
    assert any(report["tags"]["request_id"] == "request-0123" for report in reports)
    assert len(reports) >= 2
    text = "\n".join(received)
    assert "response = wrapped_callback(request" in text  # lines of code are told, without what was in their variables
    for secret in (MARK, "ting@", "s3cret", "sessionid", "Cookie", str(tmp_path)):
        assert secret not in text.replace(str(ROOT), ""), secret
    # The log says it too, in the same words.
    assert MARK not in done.stderr


def test_without_a_dsn_nothing_is_imported(settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    settings.SENTRY_DSN = ""
    errors.set_up()
    settings.SENTRY_DSN = "https://key@sentry.example/1"
    with pytest.raises(ImproperlyConfigured, match="sentry-sdk is not installed; run `pip install"):
        errors.set_up()
