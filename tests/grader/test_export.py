"""Taking one's own data along: what is in the archive, and what is not."""

from __future__ import annotations

import io
import json
import stat
from zipfile import ZipFile

import msgspec
import pytest
from asgiref.sync import async_to_sync
from django.core.management import CommandError, call_command
from django.test import AsyncClient
from django.utils.translation import override

from exercises import content_store
from exercises.format import bundled, load
from exercises.results import HiddenNumber
from exercises.traced import Curve, TracedRun
from grader.courses.models import Assignment
from grader.submissions import export
from grader.submissions.models import Purpose, TracedSubmission, save_draft
from tests.grader.conftest import SLUG
from tests.grader.rows import outcome, queue

pytestmark = pytest.mark.django_db

PREDICT = "predict-detach"


def archive_of(user):
    file = io.BytesIO()
    export.write_archive(user, file)
    return ZipFile(file)


def as_json(archive, name):
    return json.loads(archive.read(name).decode())


@pytest.fixture
def work(people, exercise):
    """A failing submission with its trace, a run, a prediction and a draft; and something of a classmate."""
    user, folder = people["student"], load(bundled()[PREDICT])
    failed = queue(
        user, exercise, source="x = '梯度'\n".encode(), seed=987654321987, assignment=Assignment.objects.get()
    )
    failed.claim()
    numbers = [HiddenNumber("w", False, "(2,)", "(2,)", "2")]
    tests = [msgspec.structs.replace(outcome(3.0).tests[0], numbers=numbers)]
    idea = next(iter(load(bundled()[SLUG]).misconceptions))
    failed.finish(outcome(3.0, tests=tests, misconception=idea, stdout="hidden output"))
    run = TracedRun(curves=[Curve("yours", [4.0, 1.0])])
    TracedSubmission.objects.create(submission=failed, data=msgspec.to_builtins(run))
    ran = queue(user, exercise, Purpose.RUN, source=b"\xff\x00")
    ran.claim()
    ran.finish(outcome(10.0, stdout="printed"))
    variants = [dict.fromkeys(("a", "b", "c", "x", "k", "n", "v0", "v1"), 1)]
    predicted = content_store.publish(folder, variants)[0].exercise
    queue(user, predicted, answers={folder.predict.fields[0].name: "7"}, variant=None)
    save_draft(user, exercise.pk, b"draft = 1\n", 0)
    queue(people["classmate"], exercise, source=b"of_another = 1\n")
    return user


def test_everything_of_oneself_is_in_it(work):
    archive = archive_of(work)
    assert set(archive.namelist()) == {
        "README.txt",
        "profile.json",
        "submissions.json",
        f"drafts/{SLUG}.py",
        f"submissions/{SLUG}/1-submit.py",
        f"submissions/{SLUG}/1-run.py",
        f"traces/{SLUG}/1-submit.json",
    }
    assert archive.testzip() is None
    assert archive.read(f"submissions/{SLUG}/1-submit.py").decode() == "x = '梯度'\n"
    assert archive.read(f"submissions/{SLUG}/1-run.py") == b"\xff\x00"
    assert archive.read(f"drafts/{SLUG}.py") == b"draft = 1\n"
    assert as_json(archive, f"traces/{SLUG}/1-submit.json")["curves"][0]["losses"] == [4.0, 1.0]
    profile = as_json(archive, "profile.json")
    assert (profile["username"], profile["courses"][0]["role"]) == ("student", "student")
    failed, ran, predicted = as_json(archive, "submissions.json")
    assert (failed["score"], failed["course"], failed["file"]) == (3.0, "Autograd", f"submissions/{SLUG}/1-submit.py")
    assert failed["misconceptions"][0]["title"]
    assert failed["tests"][0]["title"] != "test_trajectory"
    assert failed["tests"][0]["numbers"][0]["ratio"] == "2"
    assert "<" not in json.dumps(failed["tests"])
    assert (failed["stdout"], ran["stdout"]) == ("", "printed")
    assert (predicted["status"], predicted["file"], predicted["answers"][0]["answer"]) == ("queued", None, "7")


def test_no_secret_and_nothing_of_others_is_in_it(work):
    archive = archive_of(work)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (b"987654321987", b"seed", b"of_another", b"classmate", b"hidden output", work.password.encode()):
        assert secret not in everything, secret


def test_the_texts_are_in_the_readers_language(work):
    english = archive_of(work)
    with override("zh-hant"):
        chinese = archive_of(work)
    assert "your account" in english.read("README.txt").decode()
    assert "帳號" in chinese.read("README.txt").decode()
    titles = [as_json(archive, "submissions.json")[0]["title"] for archive in (english, chinese)]
    assert titles[0] != titles[1]


def test_names_lead_nowhere_else():
    for name, shown in {"../../etc": "______etc", "a/b\\c": "a_b_c", "": "_", "梯度": "__", "ok-1_x": "ok-1_x"}.items():
        assert export.safe(name) == shown


def test_someone_who_has_done_nothing(people):
    archive = archive_of(people["nobody"])
    assert as_json(archive, "submissions.json") == []
    assert set(archive.namelist()) == {"README.txt", "profile.json", "submissions.json"}


def test_only_a_few_rows_are_in_memory_at_once(people, exercise, monkeypatch):
    for number in range(3 * export.AT_ONCE):
        queue(people["student"], exercise, source=b"x = %d\n" % number)
    asked = []
    original = export.read_submissions
    monkeypatch.setattr(export, "read_submissions", lambda *args: asked.append(args) or original(*args))
    assert len(as_json(archive_of(people["student"]), "submissions.json")) == 3 * export.AT_ONCE
    assert len(asked) == 2  # one pass for the list, one for the files


async def download(user, count=1):
    client = AsyncClient()
    await client.aforce_login(user)
    for _ in range(count):
        answer = await client.post("/export/")
        body = b"".join([part async for part in answer.streaming_content]) if answer.streaming else answer.content
        answer.close()
    return answer, body


def test_the_download(work):
    answer, body = async_to_sync(download)(work)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert answer["Content-Disposition"].startswith('attachment; filename="gradus-2')
    assert int(answer["Content-Length"]) == len(body)
    assert as_json(ZipFile(io.BytesIO(body)), "profile.json")["username"] == "student"


def test_it_is_limited_in_rate(people):
    answer, _ = async_to_sync(download)(people["student"], 3)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_it_is_asked_for_with_a_form(browse):
    assert browse("student").get("/export/").status_code == 405
    assert 'action="/export/"' in browse("student").get("/dashboard/").content.decode()


def test_the_command(work, tmp_path, capsys):
    target = tmp_path / "student.zip"
    call_command("export_user", "student", "--to", str(target))
    assert str(target) in capsys.readouterr().out
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with ZipFile(target) as archive:
        assert len(as_json(archive, "submissions.json")) == 3
    with pytest.raises(CommandError, match="exists"):
        call_command("export_user", "student", "--to", str(target))
    with pytest.raises(CommandError, match="nobody"):
        call_command("export_user", "no-one", "--to", str(tmp_path / "other.zip"))
    with pytest.raises(CommandError, match="No such file"):
        call_command("export_user", "student", "--to", str(tmp_path / "no" / "folder.zip"))
