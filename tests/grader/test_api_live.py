"""The API over real HTTP: the client of one file against the whole product; and requests of all kinds, which nothing breaks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from exercises import content_store
from exercises.format import bundled, load
from grader.api import tokens
from grader.api.models import Scope
from grader.courses.models import Assignment, AuditEntry, Course
from grader.submissions.models import Submission
from tests.grader.conftest import SLUG, SOLUTION, STARTER
from tests.servers import ROOT, stop
from tests.stack import Stack

CLIENT = ROOT / "grader" / "api" / "static" / "api" / "gradus_submit.py"
PREDICTION = "predict-detach"
VARIANT = {"x": 2.25, "k": -3, "c": -2.5, "a": 2, "b": 9}


class Client:
    """Runs the program as a pipeline does: isolated from everything that this suite has installed."""

    def __init__(self, stack: Stack, user: Any, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "GRADUS_URL": stack.url,
            "GRADUS_TOKEN": tokens.make(user, "pipeline", Scope.values, 30)[1],
            "LANG": "C.UTF-8",
        }

    def run(self, *words: str, **environment: str) -> tuple[int, str]:
        """Exit code, and everything that was said."""
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(CLIENT), "--course", "autograd", *words],
            cwd=self.folder, env=self.environment | environment, capture_output=True, text=True, timeout=90,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def hand_in(self, source: bytes, *words: str) -> tuple[int, str]:
        (self.folder / "answer.py").write_bytes(source)
        return self.run("--exercise", SLUG, "answer.py", *words)


@pytest.mark.django_db(transaction=True)
def test_a_pipeline_hands_in_and_ends_with_a_code(stack: Stack, people: dict[str, Any], tmp_path: Path) -> None:
    client = Client(stack, people["student"], tmp_path)
    code, said = client.hand_in(SOLUTION.encode())
    assert (code, said.splitlines()[0][:7]) == (0, "Passed!"), said
    code, said = client.hand_in(STARTER.encode())
    assert code == 1, said
    assert "✗" in said
    assert f"{stack.url}/submissions/{Submission.objects.get(passed=False).pk}/" in said
    code, said = client.hand_in(SOLUTION.encode(), "--run")
    assert (code, said.splitlines()[0]) == (0, "All examples pass."), said
    assert [row.purpose for row in Submission.objects.order_by("created_at")] == ["submit", "submit", "run"]
    assert client.hand_in(b"\xff\xfe") == (3, "answer.py is not in UTF-8\n")
    assert client.hand_in(b"#" * 70_000)[0] == 3
    code, said = client.run("--exercise", "no-such", "answer.py")
    assert (code, "not_found 404" in said) == (3, True)
    code, said = client.run("--exercise", SLUG, "answer.py", GRADUS_TOKEN=tokens.draw())
    assert (code, "bad_token 401" in said) == (3, True)
    assert client.run("--exercise", SLUG, "answer.py", GRADUS_URL="http://gradus.example")[0] == 2
    assert not AuditEntry.objects.exists()
    predict(client)


def predict(client: Client) -> None:
    """A prediction is looked at first, and answered for the numbers that were shown."""
    folder = load(bundled()[PREDICTION])
    assert folder.predict is not None
    version, _ = content_store.publish(folder, [VARIANT])
    Assignment.objects.create(course=Course.objects.get(slug="autograd"), exercise=version.exercise)
    code, said = client.run("--exercise", PREDICTION, "--show")
    assert code == 0, said
    names = [spec.name for spec in folder.predict.fields]
    assert [name for name in names if f"\n{name} (" not in said] == []
    answers = [f"--answer={spec.name}={'no' if spec.type == 'bool' else '1234'}" for spec in folder.predict.fields]
    code, said = client.run("--exercise", PREDICTION, *answers[1:])
    assert (code, f"body.answers.{names[0]}" in said) == (3, True), said
    code, said = client.run("--exercise", PREDICTION, *answers)
    assert (code, "✗" in said) == (1, True), said


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.django_db(transaction=True)
def test_nothing_that_is_sent_breaks_it_and_every_answer_is_as_described(
    stack: Stack, people: dict[str, Any], tmp_path: Path
) -> None:
    """schemathesis: generated requests of all kinds and orders; no 5xx, and every answer conforms to the description."""
    stack.environment |= {"API_REQUESTS_PER_MINUTE": "1000000", "RUNS_PER_MINUTE": "1000000"}
    assert stack.web is not None
    stop(stack.web)
    stack.start_web()
    for who in ("teacher", "student", "stranger"):
        text = tokens.make(people[who], "generated", Scope.values, 30)[1]
        # That an answer's exercise decides what a file or an answer is cannot be said in a description.
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"{stack.url}/api/v1/openapi.json"]
        command += [
            "-H",
            f"Authorization: Bearer {text}",
            "--max-examples",
            "50",
            "--no-color",
            "--continue-on-failure",
        ]
        command += ["--exclude-checks", "positive_data_acceptance"]
        done = subprocess.run(command, cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    log = (stack.folder / "web.log").read_text(errors="replace")
    assert "Traceback" not in log
