"""Writing exercises on the web: who may, conflicts, steps, checks, publishing, versions."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exercises.models import Exercise, ExerciseVersion
from exercises.prove import Finding, Proof
from exercises.results import TestResult
from grader.authoring import drafts, proving, publishing
from grader.authoring.archive import Refused, write_zip
from grader.authoring.models import KEPT_REVISIONS, Changed, Check, CheckStatus, Publication, Workspace
from grader.authoring.mutant_views import mutant_url
from grader.courses.models import AuditEntry, Course, Enrollment, Role
from tests.grader.conftest import SLUG
from tests.grader.rows import outcome, queue

pytestmark = pytest.mark.django_db
PEOPLE = ("student", "classmate", "assistant", "stranger", "nobody", "teacher", "colleague", "rival", "staff")
# What each gets for a draft of the teacher's that is shared with the course.
OF_SHARED = {name: 200 if name in ("teacher", "colleague", "staff") else 404 for name in PEOPLE}
OF_OWN = {**OF_SHARED, "colleague": 404}
AUTHORS = {name: 200 if name in ("teacher", "colleague", "rival", "staff") else 404 for name in PEOPLE}


@pytest.fixture
def people(people: dict[str, Any], django_user_model: Any) -> dict[str, Any]:
    """Also a second instructor of the course, and one of another course."""
    for name, course in {"colleague": "autograd", "rival": "other"}.items():
        people[name] = django_user_model.objects.create_user(name)
        Enrollment.objects.create(user=people[name], course=Course.objects.get(slug=course), role=Role.INSTRUCTOR)
    return people


@pytest.fixture
def workspace(people: dict[str, Any]) -> Workspace:
    files = drafts.skeleton_files("relu-grad", "implement")
    course = Course.objects.get(slug="autograd")
    return drafts.begin("relu-grad", people["teacher"], files, "created", course=course)


def prove_it(workspace: Workspace, *, passed: bool = True, seeds: int = 5) -> Check:
    """A check as the worker would have ended it."""
    check = proving.request_check(workspace, workspace.owner, seeds)
    assert check.claim()
    faults = [] if passed else [Finding("mutants/no_factor.py", "passes, but must not", seeds=[0, 1])]
    matrix = {"mutants/no_factor.py": {"test_gradient": 5 if passed else 0, "test_input_untouched": 0}}
    proof = Proof(
        workspace.slug,
        seeds,
        5,
        40,
        1.5,
        faults,
        [Finding("hidden_tests.py", "no mutant says that it fails test_x")],
        matrix,
    )
    assert check.finish(proof, {"mutants/no_factor.py": ["test_gradient"]}, [])
    check.refresh_from_db()
    return check


def pages_of(workspace: Workspace) -> list[str]:
    pk = workspace.pk
    check = prove_it(workspace)
    pages = ["draft_edit", "draft_settings", "draft_export", "draft_check", "draft_try", "draft_publish"]
    pages += ["draft_versions", "draft_history", "draft_delete"]
    paths = [reverse(name, args=[pk]) for name in pages]
    return [*paths, reverse("draft_revision", args=[pk, 1]), reverse("authoring_check", args=[check.pk])]


@pytest.mark.parametrize("who", PEOPLE)
def test_who_sees_a_shared_draft(workspace, browse, who):
    for path in pages_of(workspace):
        if who == "colleague" and path.endswith("/delete/"):
            continue
        assert browse(who).get(path).status_code == OF_SHARED[who], path


def test_who_shares_a_draft_says_nothing_about_its_sharing(workspace, browse):
    url = reverse("draft_settings", args=[workspace.pk])
    assert browse("colleague").post(url, {"course": ""}).status_code == 404
    assert browse("colleague").post(reverse("draft_delete", args=[workspace.pk])).status_code == 404
    workspace.refresh_from_db()
    assert workspace.course is not None
    assert browse("teacher").post(url, {"course": ""}).status_code == 302


@pytest.mark.parametrize("who", PEOPLE)
def test_who_sees_a_draft_that_is_not_shared(workspace, browse, who):
    Workspace.objects.update(course=None)
    for path in pages_of(workspace):
        assert browse(who).get(path).status_code == OF_OWN[who], path


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_begin_one(people, browse, who):
    for name in ("authoring", "authoring_new", "authoring_import", "authoring_sources"):
        assert browse(who).get(reverse(name)).status_code == AUTHORS[who], name
    assert browse(who).get(f"/authoring/sources/{SLUG}/").status_code == AUTHORS[who]
    assert browse(who).get(f"/authoring/mutants/{SLUG}/").status_code == AUTHORS[who]


@pytest.mark.parametrize("who", [name for name, status in OF_SHARED.items() if status == 404])
def test_what_others_post_changes_nothing(workspace, browse, who):
    on = str(workspace.revision)
    for name in ("draft_edit", "draft_files", "draft_check", "draft_publish", "draft_history", "draft_settings",
                 "draft_delete", "draft_replace", "draft_try", "draft_preview"):  # fmt: skip
        posted = {"file": "starter.py", "text": "x", "revision": on, "do": "remove", "number": "1", "seeds": "5",
                  "reason": "because", "what": "submit", "source": "x"}  # fmt: skip
        assert browse(who).post(reverse(name, args=[workspace.pk]), posted).status_code == 404, name
    workspace.refresh_from_db()
    assert (workspace.revision, Check.objects.count(), Publication.objects.count()) == (1, 0, 0)


def test_a_teacher_who_teaches_no_more_writes_no_more(workspace, browse):
    Enrollment.objects.filter(user=workspace.owner).delete()
    assert browse("teacher").get(reverse("draft_edit", args=[workspace.pk])).status_code == 404


def test_the_source_of_a_written_exercise_is_for_those_who_share_it(workspace, browse):
    publish_it(workspace)
    assert browse("rival").get("/authoring/sources/relu-grad/").status_code == 404
    assert browse("colleague").get("/authoring/sources/relu-grad/").status_code == 200
    assert "relu-grad" not in browse("rival").get("/authoring/sources/").content.decode()


# --- beginning ---


def test_a_new_exercise(people, browse):
    answer = browse("teacher").post("/authoring/new/", {"slug": "relu-grad", "kind": "implement"})
    workspace = Workspace.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/authoring/{workspace.pk}/")
    assert (workspace.owner, workspace.course, workspace.revision) == (people["teacher"], None, 1)
    exercise, mistakes = drafts.parse(workspace)
    assert mistakes == [] and exercise.title.en == "Relu grad"
    assert "Relu grad" in browse("teacher").get("/authoring/").content.decode()


@pytest.mark.parametrize("slug", ["Relu Grad", "", "-x", "new", SLUG, "zero-grad-util", "relu-grad"])
def test_names_that_cannot_be(workspace, browse, slug):
    answer = browse("teacher").post("/authoring/new/", {"slug": slug, "kind": "implement"})
    assert answer.status_code == 422
    assert Workspace.objects.count() == 1


def test_a_draft_is_shared_only_with_courses_of_ones_own(workspace, browse):
    other = Course.objects.get(slug="other")
    answer = browse("teacher").post(reverse("draft_settings", args=[workspace.pk]), {"course": other.pk})
    assert answer.status_code == 422
    workspace.refresh_from_db()
    assert workspace.course.slug == "autograd"


def test_a_copy_of_a_bundled_exercise(exercise, people, browse):
    browse("teacher").post(f"/authoring/sources/{SLUG}/")
    copy = Workspace.objects.get()
    assert (copy.slug, copy.base, copy.files) == (f"{SLUG}-2", exercise.current, exercise.current.files)


# --- editing ---


def save(browser, workspace, path, text, on, **more):
    posted = {"file": path, "text": text, "revision": str(on), **more}
    return browser.post(reverse("draft_edit", args=[workspace.pk]), posted)


def test_saving_a_file(workspace, browse):
    answer = save(browse("teacher"), workspace, "starter.py", "x = 1\r\n", 1)
    assert answer.status_code == 302
    workspace.refresh_from_db()
    assert (workspace.files["starter.py"], workspace.revision) == ("x = 1\n", 2)
    save(browse("teacher"), workspace, "starter.py", "x = 1\n", 2)
    workspace.refresh_from_db()
    assert workspace.revision == 2, "nothing changed, no step"


def test_two_people_at_one_file(workspace, browse):
    save(browse("colleague"), workspace, "starter.py", "theirs = 1\n", 1)
    answer = save(browse("teacher"), workspace, "starter.py", "mine = 1\n", 1)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "mine = 1" in page and "theirs = 1" in page and "colleague" in page
    workspace.refresh_from_db()
    assert workspace.files["starter.py"] == "theirs = 1\n"
    assert save(browse("teacher"), workspace, "starter.py", "mine = 1\n", 1).status_code == 409, "again, not through"
    save(browse("teacher"), workspace, "starter.py", "mine = 1\n", 1, over="2")
    workspace.refresh_from_db()
    assert workspace.files["starter.py"] == "mine = 1\n"


def test_two_people_at_two_files_are_no_conflict(workspace, browse):
    save(browse("colleague"), workspace, "solution.py", "theirs = 1\n", 1)
    assert save(browse("teacher"), workspace, "starter.py", "mine = 1\n", 1).status_code == 302
    workspace.refresh_from_db()
    assert (workspace.files["starter.py"], workspace.files["solution.py"]) == ("mine = 1\n", "theirs = 1\n")


def test_mistakes_stand_beside_the_file(workspace, browse):
    text = workspace.files["exercise.toml"].replace("tier = 1", "tier = 9")
    answer = browse("teacher").post(
        reverse("draft_edit", args=[workspace.pk]),
        {"file": "exercise.toml", "text": text, "revision": "1"},
        headers={"hx-request": "true"},
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "use tier 1, 2 or 3" in page and 'data-line="3"' in page
    assert 'value="2"' in page, "the revision for the next save"
    assert "<html" not in page


@pytest.mark.parametrize("text", ["a\0b", "x" * (257 << 10)])
def test_text_that_cannot_be_kept(workspace, browse, text):
    assert save(browse("teacher"), workspace, "starter.py", text, 1).status_code == 422
    workspace.refresh_from_db()
    assert workspace.revision == 1


def files(browser, workspace, **posted):
    workspace.refresh_from_db()
    posted = {"revision": str(workspace.revision), **posted}
    answer = browser.post(reverse("draft_files", args=[workspace.pk]), posted, follow=True)
    workspace.refresh_from_db()
    return answer.content.decode()


def test_files_come_and_go(workspace, browse):
    browser = browse("teacher")
    files(browser, workspace, do="add", folder="mutants/", name="no_mask")
    assert workspace.files["mutants/no_mask.py"].startswith("# misconception:")
    files(browser, workspace, do="rename", file="mutants/no_mask.py", name="mutants/mask.py")
    assert "mutants/mask.py" in workspace.files and "mutants/no_mask.py" not in workspace.files
    files(browser, workspace, do="remove", file="mutants/mask.py")
    assert "mutants/mask.py" not in workspace.files
    upload = SimpleUploadedFile("other.py", b"# why: x\r\n")
    files(browser, workspace, do="upload", folder="accepted/", upload=upload)
    assert workspace.files["accepted/other.py"] == "# why: x\n"
    assert [revision.what for revision in workspace.revisions.all()] == [
        "uploaded",
        "removed",
        "renamed",
        "added",
        "created",
    ]


@pytest.mark.parametrize(
    "posted, said",
    [
        ({"do": "add", "folder": "mutants/", "name": "../x"}, "no module name"),
        ({"do": "add", "folder": "", "name": "../../etc/passwd"}, "does not belong"),
        ({"do": "add", "folder": "mutants/", "name": "no_factor.py"}, "there already"),
        ({"do": "rename", "file": "gone.py", "name": "starter.py"}, "no longer there"),
        ({"do": "remove", "file": "gone.py"}, "no longer there"),
        ({"do": "upload", "folder": ""}, "No file was chosen"),
    ],
)
def test_what_files_cannot_do(workspace, browse, posted, said):
    assert said in files(browse("teacher"), workspace, **posted)
    assert workspace.revision == 1


def test_an_upload_that_is_no_text_changes_nothing(workspace, browse):
    good, bad = SimpleUploadedFile("starter.py", b"x = 1"), SimpleUploadedFile("solution.py", b"\xff")
    page = files(browse("teacher"), workspace, do="upload", folder="", upload=[good, bad])
    assert "solution.py" in page and "UTF-8" in page
    assert workspace.revision == 1


def test_the_preview_is_what_students_see_and_safe(workspace, browse):
    answer = browse("teacher").post(
        reverse("draft_preview", args=[workspace.pk]), {"text": "$x^2$ `code` <script>alert(1)</script>"}
    )
    page = answer.content.decode()
    assert "<math" in page and "<code>code</code>" in page and "<script>" not in page


def test_steps_can_be_taken_back(workspace, browse):
    browser, before = browse("teacher"), workspace.files["starter.py"]
    save(browser, workspace, "starter.py", "x = 1\n", 1)
    assert "x = 1" in browser.get(reverse("draft_revision", args=[workspace.pk, 2])).content.decode()
    browser.post(reverse("draft_history", args=[workspace.pk]), {"number": "1", "revision": "2"})
    workspace.refresh_from_db()
    assert (workspace.files["starter.py"], workspace.revision) == (before, 3)
    assert browser.get(reverse("draft_history", args=[workspace.pk])).content.decode().count("<li") >= 3


def test_the_last_fifty_steps_are_kept(workspace):
    for number in range(KEPT_REVISIONS + 5):
        drafts.save_text(workspace, "starter.py", f"x = {number}\n", on=workspace.revision, author=workspace.owner)
    assert workspace.revisions.count() == KEPT_REVISIONS
    assert workspace.revisions.first().number == KEPT_REVISIONS + 6


def test_a_step_under_check_is_kept(workspace):
    proving.request_check(workspace, workspace.owner, 5)
    for number in range(KEPT_REVISIONS + 5):
        drafts.save_text(workspace, "starter.py", f"x = {number}\n", on=workspace.revision, author=workspace.owner)
    assert workspace.revisions.filter(number=1).exists()


# --- import and export ---


def test_export_and_import(workspace, browse):
    data = browse("teacher").get(reverse("draft_export", args=[workspace.pk])).content
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == sorted(f"relu-grad/{name}" for name in workspace.files)
    browse("rival").post("/authoring/import/", {"file": SimpleUploadedFile("x.zip", data)})
    copy = Workspace.objects.exclude(pk=workspace.pk).get()
    assert (copy.slug, copy.files, copy.content_hash) == ("relu-grad-2", workspace.files, workspace.content_hash)


def test_an_import_that_is_refused_changes_nothing(workspace, browse):
    data = write_zip("relu-grad", {**workspace.files, "../x.py": ""})
    answer = browse("teacher").post("/authoring/import/", {"file": SimpleUploadedFile("x.zip", data)})
    assert answer.status_code == 422 and "leads out of the folder" in answer.content.decode()
    posted = {"file": SimpleUploadedFile("x.zip", data), "revision": "1"}
    browse("teacher").post(reverse("draft_replace", args=[workspace.pk]), posted)
    workspace.refresh_from_db()
    assert (Workspace.objects.count(), workspace.revision) == (1, 1)


# --- checking and publishing ---


def publish_it(workspace: Workspace) -> Publication:
    prove_it(workspace)
    return publishing.publish(workspace, workspace.owner, on=workspace.revision)


def test_a_draft_with_mistakes_is_not_checked(workspace, browse):
    drafts.save_text(workspace, "solution.py", "def (\n", on=1, author=workspace.owner)
    answer = browse("teacher").post(reverse("draft_check", args=[workspace.pk]), {"seeds": "5"})
    assert answer.status_code == 422 and "write valid Python" in answer.content.decode()
    assert not Check.objects.exists()


def test_two_clicks_ask_for_one_check(workspace, browse):
    for _click in range(2):
        answer = browse("teacher").post(reverse("draft_check", args=[workspace.pk]), {"seeds": "25"})
        assert answer.status_code == 302
    assert Check.objects.get().seeds == 25
    assert browse("teacher").post(reverse("draft_check", args=[workspace.pk]), {"seeds": "7"}).status_code == 404


@pytest.mark.parametrize("language, survives", [("en", "1 wrong answer survives"), ("zh-hant", "1 個錯誤解答存活")])
def test_a_check_names_what_survives(workspace, browse, language, survives):
    check = prove_it(workspace, passed=False)
    browser = browse("teacher")
    browser.cookies["django_language"] = language
    page = browser.get(reverse("authoring_check", args=[check.pk])).content.decode()
    assert survives in page and "mutants/no_factor.py" in page and "cell-survives" in page


def test_blocked_then_mended_then_published(workspace, browse):
    browser, url = browse("teacher"), reverse("draft_publish", args=[workspace.pk])
    prove_it(workspace, passed=False)
    assert "not proved" in browser.get(url).content.decode()
    assert browser.post(url, {"revision": "1"}).status_code == 422
    assert not Exercise.objects.filter(slug="relu-grad").exists()
    drafts.save_text(workspace, "starter.py", workspace.files["starter.py"] + "\n", on=1, author=workspace.owner)
    prove_it(workspace)
    assert browser.post(url, {"revision": "1", "note": "old"}).status_code == 409
    assert browser.post(url, {"revision": "2", "note": "First"}).status_code == 302
    version = ExerciseVersion.objects.get(exercise__slug="relu-grad")
    assert version.files == workspace.files and version.exercise.current == version
    publication = Publication.objects.get()
    assert (publication.author, publication.note, publication.override_reason) == (workspace.owner, "First", "")
    # Changed again: the proof was of other files.
    drafts.save_text(workspace, "starter.py", "# new\n" + workspace.files["starter.py"], on=2, author=workspace.owner)
    assert browser.post(url, {"revision": "3"}).status_code == 422
    prove_it(workspace)
    browser.post(url, {"revision": "3", "note": "Second"})
    page = browser.get(reverse("draft_versions", args=[workspace.pk])).content.decode()
    assert "First" in page and "Second" in page and "# new" in page and "teacher" in page
    version.refresh_from_db()
    assert version.files["starter.py"] + "" != workspace.files["starter.py"], "the old version is as it was"


def test_publishing_without_a_proof_keeps_the_reason(workspace, browse):
    browser, url = browse("teacher"), reverse("draft_publish", args=[workspace.pk])
    assert browser.post(url, {"revision": "1", "reason": "  "}).status_code == 422
    assert browser.post(url, {"revision": "1", "reason": "Class begins in five minutes"}).status_code == 302
    assert Publication.objects.get().override_reason == "Class begins in five minutes"
    entry = AuditEntry.objects.get(action="exercise.publish")
    assert (entry.course, entry.details["reason"]) == (workspace.course, "Class begins in five minutes")
    page = browser.get(reverse("draft_versions", args=[workspace.pk])).content.decode()
    assert "Class begins in five minutes" in page and "without a proof" in page


def test_no_reason_publishes_a_draft_with_mistakes(workspace):
    drafts.save_text(workspace, "solution.py", "def (\n", on=1, author=workspace.owner)
    with pytest.raises(Refused):
        publishing.publish(workspace, workspace.owner, on=2, override="because")


def test_taking_a_change_back_brings_the_proof_back(workspace):
    prove_it(workspace)
    before = workspace.files["starter.py"]
    drafts.save_text(workspace, "starter.py", "x = 1\n", on=1, author=workspace.owner)
    assert not workspace.is_proved
    drafts.save_text(workspace, "starter.py", before, on=2, author=workspace.owner)
    assert workspace.is_proved


def test_a_published_draft_is_not_deleted(workspace, browse):
    publish_it(workspace)
    assert browse("teacher").post(reverse("draft_delete", args=[workspace.pk])).status_code == 404
    assert Workspace.objects.exists()


def test_a_draft_is_deleted_after_a_question(workspace, browse):
    browse("teacher").post(reverse("draft_delete", args=[workspace.pk]))
    assert not Workspace.objects.exists()


def test_states_in_the_list(workspace, browse):
    def state():
        [line] = browse("teacher").get("/authoring/").context["page"].mine
        return line.state.key

    assert state() == "draft"
    prove_it(workspace)
    assert state() == "proved"
    publishing.publish(workspace, workspace.owner, on=1)
    assert state() == "published"
    drafts.save_text(workspace, "starter.py", "x = 1\n", on=1, author=workspace.owner)
    assert state() == "changed"


def test_a_prediction_is_published_with_its_numbers(people):
    files = drafts.skeleton_files("guess", "predict")
    workspace = drafts.begin("guess", people["teacher"], files, "created")
    with pytest.raises(Refused, match="drawn numbers"):
        publishing.publish(workspace, people["teacher"], on=1, override="because")
    check = prove_it(workspace)
    Check.objects.filter(pk=check.pk).update(variants=[{"x": 2, "c": 3}])
    assert publishing.publish(workspace, people["teacher"], on=1).version.variants == [{"x": 2, "c": 3}]


# --- cost ---


@pytest.mark.parametrize("path", ["/authoring/", "/authoring/sources/", "edit", "versions", "history", "check"])
def test_the_number_of_queries_does_not_grow(workspace, people, browse, path):
    url = path if path.startswith("/") else reverse(f"draft_{path}", args=[workspace.pk])

    def count():
        browser = browse("teacher")
        browser.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(url).status_code == 200
        return len(queries)

    def grow(times):
        for number in range(times):
            name = f"more-{Workspace.objects.count()}"
            drafts.begin(name, people["colleague"], workspace.files, "created", course=workspace.course)
            text = f"# {workspace.revision}{number}\n"
            drafts.save_text(
                workspace,
                "starter.py",
                text + workspace.files["starter.py"],
                on=workspace.revision,
                author=people["teacher"],
            )
            publish_it(workspace)

    grow(2)
    few = count()
    grow(3)
    assert count() == few
    assert few <= 16


def test_a_save_that_comes_too_late_raises(workspace):
    drafts.save_text(workspace, "starter.py", "x = 1\n", on=1, author=None)
    with pytest.raises(Changed):
        drafts.save_text(workspace, "starter.py", "x = 2\n", on=1, author=None)


def test_a_check_whose_worker_is_lost_is_queued_again(workspace, monkeypatch):
    sent = []
    monkeypatch.setattr(proving, "enqueue", lambda pk, wait_s=0: sent.append(pk))
    check = proving.request_check(workspace, workspace.owner, 5)
    check.claim()
    sent.clear()
    assert proving.reap() == 0
    for losses in (1, 2):
        Check.objects.update(heartbeat_at="2020-01-01T00:00:00Z")
        assert (proving.reap(), sent) == (1, [check.pk] * losses)
        assert not check.advance(1, 2), "the lost worker's word counts no more"
        assert Check.objects.get().claim() is True
    Check.objects.update(heartbeat_at="2020-01-01T00:00:00Z")
    proving.reap()
    assert Check.objects.get().status == CheckStatus.FAILED


# --- a student's answer as a wrong answer ---


def wrong_submission(people, exercise):
    source = b"# Mei Lin, 2026\n# my solution\n\ndef train(params, loss_fn, lr, steps):\n    return []\n"
    submission = queue(people["student"], exercise, source=source)
    submission.claim()
    submission.finish(outcome(score=0.0, tests=[TestResult("test_trajectory", False, False, 0.0, 4.0)]))
    return submission


def test_a_submission_becomes_a_wrong_answer_without_its_writer(people, exercise, browse):
    submission = wrong_submission(people, exercise)
    browser, url = browse("teacher"), mutant_url(SLUG, submission.pk)
    form = browser.get(url).context["form"]
    assert form["code"].value().startswith("def train") and "Mei" not in form["code"].value()
    posted = {"name": "no_steps", "misconception": "no-steps", "fails": "test_a, test_b", "code": form["code"].value()}
    answer = browser.post(url, posted)
    draft = Workspace.objects.get()
    assert (draft.slug, draft.owner, answer.status_code) == (f"{SLUG}-2", people["teacher"], 302)
    text = draft.files["mutants/no_steps.py"]
    assert text.startswith("# misconception: no-steps\n# fails: test_a, test_b\ndef train")
    assert browser.post(url, posted).status_code == 422, "there already, in the same copy"
    assert Workspace.objects.count() == 1


def test_only_who_may_read_the_submission_gets_its_code(people, exercise, browse):
    submission = wrong_submission(people, exercise)
    assert browse("rival").get(mutant_url(SLUG, submission.pk)).status_code == 404
    assert browse("rival").get(mutant_url(SLUG)).status_code == 200
    assert browse("teacher").get(mutant_url(SLUG) + "?submission=nonsense").status_code == 404
