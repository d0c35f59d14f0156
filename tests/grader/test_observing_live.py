"""A whole journey through real processes: its log leads from the POST to the forks and the result, and tells no secret."""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from grader.courses.models import Course
from grader.submissions.models import Submission
from tests.conftest import OWN, SANDBOX_SOCKET
from tests.grader.conftest import SLUG, SOLUTION
from tests.grader.test_observing import TOKEN, samples
from tests.servers import wait_until
from tests.visitor import CSRF, Answer, Visitor

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "journey-of-one-student"
MARK = "xylophone_in_the_code"
EMAIL, PASSWORD, RESET = "ting.lin@students.example.edu", "not-the-password-77", "c9x1-0123456789abcdef0123456789abcdef"
SECRETS = {"METRICS_TOKEN": TOKEN, "CANARY_PERIOD_S": "2"}


@pytest.fixture(scope="module", autouse=True)
def told() -> Iterator[None]:
    """What the module's processes are told beside the suite's environment."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SECRETS.items():
            patch.setenv(name, value)
        yield


class Logs:
    """What the processes have written since this was made."""

    def __init__(self) -> None:
        self.files = [OWN / "web.log", OWN / "worker.log", SANDBOX_SOCKET.with_suffix(".log")]
        self.before = {path: self._size(path) for path in self.files}

    def _size(self, path: Path) -> int:
        return path.stat().st_size if path.exists() else 0

    def text(self) -> str:
        return "".join(path.read_bytes()[self.before[path] :].decode() for path in self.files)

    def entries(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.text().splitlines() if line.startswith("{")]

    def about(self, name: str) -> list[dict[str, object]]:
        return [entry for entry in self.entries() if name in (entry.get("request_id"), entry.get("submission"))]


def hand_in(visitor: Visitor, source: str, name: str, what: str = "submit") -> Answer:
    body = urllib.parse.urlencode({"source": source}).encode()
    headers = {"X-Request-ID": name, "HX-Request": "true"}
    return visitor._send(visitor._request(f"/exercises/{SLUG}/{what}/", body, **headers))


def request_id(answer: Answer) -> str:
    return answer.headers["X-Request-ID"]


def test_one_id_leads_from_the_post_to_the_result(stack, visit: Callable[..., Visitor], people, tmp_path) -> None:
    people["student"].email = EMAIL
    people["student"].save()
    code = "SECRET-JOIN-CODE-42"
    logs = Logs()
    student = visit("student")
    source = f"{SOLUTION}\n{MARK} = '{EMAIL}'\nprint({MARK})\n"
    answer = hand_in(student, source, NAME)
    assert (answer.status, request_id(answer)) == (200, NAME)
    submission = Submission.objects.get()
    assert student.poll(f"/submissions/{submission.pk}/status/")["status"] == "graded"
    odd = hand_in(student, f"raise ValueError('{MARK}')", "<b>not an id</b>", "run")
    assert re.fullmatch(r"[0-9a-f]{16}", request_id(odd))
    wait_until(lambda: not Submission.objects.exclude(status="graded").exists(), "the run")
    stranger = Visitor(stack.url)
    form = {"username": "student", "password": PASSWORD, "csrfmiddlewaretoken": CSRF}
    stranger.post("/accounts/login/", form, htmx=False)
    stranger.get(f"/accounts/set-password/MQ/{RESET}/")
    student.get(f"/join/{code}/")
    student.get(f"/{MARK}/?token={RESET}")
    wait_until(lambda: len(logs.about(str(submission.pk))) >= 3, "the log")

    steps = [entry for entry in logs.about(NAME) if entry["logger"] != "grader.request"]
    assert [str(entry["event"]).split(": ")[1].split(" ")[0] for entry in steps] == ["queued", "taken", "graded"]
    assert {entry["submission"] for entry in steps} == {str(submission.pk)}
    assert steps[2]["checker_ms"] > 0 < steps[2]["total_ms"]
    posts = [entry for entry in logs.about(NAME) if entry["logger"] == "grader.request"]
    assert [(post["event"], post["user"]) for post in posts] == [
        ("POST /exercises/<slug:slug>/submit/ 200", people["student"].pk)
    ]
    # The sandbox of the tests writes lines; both of them carry the id.
    job = f"job={NAME}/{submission.pk}.1"
    forks, done = (line for line in logs.text().splitlines() if job in line)
    assert re.search(r"sandbox: forks .* student=\d+ checker=\d+ core=\d", forks)
    assert re.search(r"sandbox: job .* outcome=ok tries=1 waited_ms=", done)

    written = logs.text()
    session = student.cookies.partition("sessionid=")[2]
    seeds = {str(seed) for seed in Submission.objects.values_list("seed", flat=True)}
    hidden = {MARK, EMAIL, PASSWORD, RESET, code, session, CSRF, TOKEN, settings.SECRET_KEY, settings.LTI_KEY_SECRET}
    assert [secret for secret in hidden | seeds if secret in written] == []
    assert not re.search(r"hidden_tests|zero_grad\(|def train|Traceback", written)

    printed = StringIO()
    call_command("follow", str(submission.pk), str(OWN / "web.log"), str(OWN / "worker.log"), stdout=printed)
    story = printed.getvalue()
    assert story.index(": queued") < story.index(": taken up") < story.index(": graded (ok)")
    assert "POST /exercises/<slug:slug>/submit/ 200" in story
    with pytest.raises(CommandError, match="is about"):
        call_command("follow", "0123456789abcdef", str(OWN / "web.log"))


def test_figures_of_running_processes(stack, visit: Callable[..., Visitor]) -> None:
    nobody = Visitor(stack.url)
    assert nobody.get("/metrics").status == 404
    allowed = {"Authorization": f"Bearer {TOKEN}"}

    def figures() -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
        return samples(nobody.get("/metrics", **allowed).text)

    # Redis has just been emptied: whoever is at work says so again within seconds.
    wait_until(lambda: "gradus_canary_right" in figures(), "the canary")
    wait_until(lambda: figures()["gradus_worker_processes"][()] == 2, "the worker's report")
    found = figures()
    assert found["gradus_canary_right"][()] == 1
    assert found["gradus_beat_age_seconds"][()] < 10
    assert set(found["gradus_workers"].values()) == {1}
    assert sum(found["gradus_sandbox_slots"].values()) == 2
    health = nobody.get("/healthz", **allowed)
    assert (health.status, health.json()["ok"]) == (200, True), health.text
    student = visit("student")
    hand_in(student, SOLUTION, NAME)
    student.poll(f"/submissions/{Submission.objects.get().pk}/status/")
    assert sum(figures()["gradus_results_total"].values()) == 1
    assert Course.objects.filter(slug="autograd").exists()
    assert set(Submission.objects.values_list("user__username", flat=True)) == {"student"}  # no canary among them
