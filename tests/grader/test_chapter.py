"""The chapter over HTTP: who may read and run, what is refused and how, and what a run answers when things are down."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest
import redis
from django.test import Client as Browser
from django.urls import resolve

from exercises import blocks
from exercises.blocks import MAX_SOURCE_BYTES
from grader.dashboard import block_runs, tasks
from grader.submissions.live import redis_client
from tests.grader.conftest import SLUG

pytestmark = pytest.mark.django_db

CHAPTER = "/chapters/3/"
RUN = CHAPTER + "run/"
LINK = f'href="{CHAPTER}"'
ZH = {"accept-language": "zh-hant"}
# Chapters are open to whoever is in any course, and to staff; a login alone does not do.
READERS = {
    "student": True, "classmate": True, "teacher": True, "assistant": True, "staff": True, "stranger": True,
    "nobody": False,
}  # fmt: skip


@pytest.fixture
def student(browse):
    return browse("student")


def queued():
    """How many runs wait for the worker."""
    return redis_client().llen("submissions")


def begin(browser, source="print(6 * 7)\n"):
    answer = browser.post(RUN, {"source": source})
    assert answer.status_code == 202, answer.content
    return answer.json()["url"]


def key_of(url: str) -> UUID:
    return resolve(url).kwargs["pk"]


@pytest.mark.parametrize("who", READERS)
def test_who_reads_and_runs(browse, who):
    browser = browse(who)
    assert browser.get(CHAPTER).status_code == (200 if READERS[who] else 404)
    assert browser.head(CHAPTER).status_code == (200 if READERS[who] else 404)
    assert browser.post(RUN, {"source": "x = 1"}).status_code == (202 if READERS[who] else 404)
    assert queued() == READERS[who]


@pytest.mark.parametrize("path", [CHAPTER, RUN, f"/chapters/runs/{UUID(int=1)}/"])
def test_without_a_login_there_is_the_login_page(people, path):
    for method in ("get", "post"):
        answer = getattr(Browser(), method)(path, {"source": "x = 1"})
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")
    assert queued() == 0


@pytest.mark.parametrize("who", [*READERS, None])
def test_a_run_is_seen_by_who_started_it(browse, student, who):
    url = begin(student)
    browser = browse(who) if who else Browser()
    assert browser.get(url).status_code == {"student": 200, None: 302}.get(who, 404)


def test_who_leaves_the_course_loses_the_chapter(people, student):
    url = begin(student)
    people["student"].enrollments.all().delete()
    assert [student.get(CHAPTER).status_code, student.get(url).status_code] == [404, 404]
    assert student.post(RUN, {"source": "x = 1"}).status_code == 404


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("path", ["/dashboard/", "/exercises/", "/nowhere/"])
def test_the_way_to_the_chapter_is_shown_to_its_readers(browse, who, path):
    page = browse(who).get(path).content.decode()
    assert 'class="site-nav"' in page
    assert (LINK in page) is READERS[who]


def test_a_visitor_sees_no_way_to_the_chapter(people):
    assert LINK not in Browser().get("/accounts/login/").content.decode()


@pytest.mark.parametrize("who", ["student", "nobody"])
def test_what_there_is_not(browse, who):
    browser = browse(who)
    for path in ("/chapters/99/", "/chapters/x/", f"/chapters/runs/{uuid4()}/", "/chapters/runs/1/"):
        assert browser.get(path).status_code == 404
    assert browser.post("/chapters/99/run/", {"source": "x = 1"}).status_code == 404
    assert queued() == 0


def test_only_these_methods(student):
    assert student.get(RUN).status_code == 405
    assert student.put(RUN, "source=x").status_code == 405
    assert student.post(CHAPTER, {"source": "x"}).status_code == 405
    assert student.post(begin(student)).status_code == 405
    assert queued() == 1


def test_only_from_pages_of_this_site(people):
    browser = Browser(enforce_csrf_checks=True, headers={"accept-language": "en"})
    browser.force_login(people["student"])
    refused = browser.post(RUN, {"source": "x = 1"}, headers={"hx-request": "true"})
    assert (refused.status_code, queued()) == (403, 0)
    assert 'data-problem="403"' in refused.content.decode(), "the page finds no words in this answer"
    browser.get(CHAPTER)
    token = browser.cookies["csrftoken"].value
    assert browser.post(RUN, {"source": "x = 1"}, headers={"x-csrftoken": token}).status_code == 202


@pytest.mark.parametrize(
    "body",
    [
        b"source=" + b"a" * (MAX_SOURCE_BYTES + 1),
        # Each byte that is no UTF-8 becomes a character of three.
        b"source=" + b"%FF" * (MAX_SOURCE_BYTES // 2),
        b"source=" + "梯".encode() * (MAX_SOURCE_BYTES // 3 + 1),
    ],
    ids=["ascii", "not-utf-8", "chinese"],
)
def test_too_much_source(student, body):
    form = "application/x-www-form-urlencoded"
    answer = student.post(RUN, body, content_type=form)
    assert (answer.status_code, queued()) == (413, 0)
    assert "16 KiB" in answer.json()["error"]
    assert "16 KiB" in student.post(RUN, body, content_type=form, headers=ZH).json()["error"]


def test_as_much_source_as_is_allowed_and_far_too_much(student):
    begin(student, "#" * MAX_SOURCE_BYTES)
    answer = student.post(RUN, {"source": "#" * (2 * 1024 * 1024)}, headers={"hx-request": "true"})
    assert (answer.status_code, queued()) == (413, 1)
    assert 'data-problem="413"' in answer.content.decode()


def test_the_limit_answers_clearly_and_loses_nothing(student, browse, settings):
    settings.RUNS_PER_MINUTE = 2
    urls = [begin(student), begin(student)]
    refused = student.post(RUN, {"source": "x = 1"})
    assert refused.status_code == 429
    seconds = int(refused["Retry-After"])
    assert 0 < seconds <= 60
    assert refused.json() == {"error": f"That was a lot within a minute. Try again in {seconds} s."}
    assert "一分鐘" in student.post(RUN, {"source": "x = 1"}, headers=ZH).json()["error"]
    assert queued() == 2
    assert [student.get(url).status_code for url in urls] == [200, 200], "asking for a result counts as a run"
    assert student.get(CHAPTER).status_code == 200
    begin(browse("classmate"))
    # Runs of exercises take the same slots of the sandbox.
    work = {"source": "x = 1", "revision": "0"}
    assert student.post(f"/exercises/{SLUG}/run/", work, headers={"hx-request": "true"}).status_code == 429


def test_what_was_printed_arrives_as_text(student, sandbox_client):
    url = begin(student, "print('<b>6 * 7 =</b>', 6 * 7)\n")
    assert student.get(url).json() == {"done": False, "html": ""}
    block_runs.execute(str(key_of(url)))
    answer = student.get(url)
    assert answer.json()["done"] is True
    assert "&lt;b&gt;6 * 7 =&lt;/b&gt; 42" in answer.json()["html"]
    assert "no-store" in answer["Cache-Control"]


def test_an_error_is_explained_in_the_readers_language(student, sandbox_client):
    url = begin(student, "import torch\nx = torch.ones(2, requires_grad=True)\nx.backward()\n")
    block_runs.execute(str(key_of(url)))
    english, chinese = student.get(url).json()["html"], student.get(url, headers=ZH).json()["html"]
    for html in (english, chinese):
        assert "grad can be implicitly created only for scalar outputs" in html
        assert 'class="run-explained"' in html
    assert "It stopped in line 3" in english
    assert "3" in chinese and "It stopped" not in chinese


def test_a_sandbox_that_is_down_is_waited_for_and_then_told(student, settings, tmp_path, caplog):
    settings.SANDBOX_SOCKET = str(tmp_path / "nobody.sock")
    url = begin(student)
    # Without a broker in between: each retry runs at once, up to the bound.
    tasks.run_block.apply(args=[str(key_of(url))])
    assert caplog.text.count("try ") == tasks.MAX_RETRIES + 1
    english, chinese = student.get(url).json(), student.get(url, headers=ZH).json()
    assert english["done"] and "that is not your fault. Try again in a moment" in english["html"]
    assert chinese["done"] and "not your fault" not in chinese["html"]


def test_a_sandbox_that_comes_back_in_time(student, settings, tmp_path, sandbox_client):
    there = settings.SANDBOX_SOCKET
    settings.SANDBOX_SOCKET = str(tmp_path / "nobody.sock")
    url = begin(student)
    tasks.run_block.apply(args=[str(key_of(url))], retries=tasks.MAX_RETRIES - 1, throw=False)
    settings.SANDBOX_SOCKET = there
    again = begin(student)
    tasks.run_block.apply(args=[str(key_of(again))])
    assert "not your fault" in student.get(url).json()["html"]
    assert ">42" in student.get(again).json()["html"]


def test_what_breaks_our_own_code_is_not_waited_for(student, monkeypatch):
    def broken(client, source):
        raise KeyError("ours")

    url = begin(student)
    monkeypatch.setattr(blocks, "run_block", broken)
    tasks.run_block.apply(args=[str(key_of(url))])
    answer = student.get(url).json()
    assert answer["done"] and "not your fault" in answer["html"]


def test_without_redis_it_says_that_nothing_runs(student, monkeypatch, tmp_path: Path):
    url = begin(student)
    monkeypatch.setattr(block_runs, "redis_client", lambda: redis.Redis(unix_socket_path=str(tmp_path / "nobody.sock")))
    for answer in (student.post(RUN, {"source": "x = 1"}), student.get(url)):
        assert answer.status_code == 503
        assert answer.json()["error"].startswith("Code cannot be run just now")
    assert student.get(CHAPTER).status_code == 200


def test_a_run_that_is_forgotten(student):
    url = begin(student)
    assert 0 < redis_client().ttl(block_runs.key(key_of(url))) <= block_runs.KEPT_S
    redis_client().delete(block_runs.key(key_of(url)))
    tasks.run_block.apply(args=[str(key_of(url))])
    assert student.get(url).status_code == 404
