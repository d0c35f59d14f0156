"""Predict exercises: numbers of one's own, a signed form, answers read as they are meant."""

from __future__ import annotations

import math
import shutil
from itertools import pairwise

import pytest

from exercises import content_store
from exercises.format import load
from exercises.management.commands.exercise import write_skeleton
from exercises.results import Contents, TensorState, TraceStep
from grader.courses.models import Assignment, Course
from grader.submissions import grading, predict
from grader.submissions.models import Status, Submission
from grader.submissions.traces import show_before
from tests.grader.rows import at_once, outcome, queue

pytestmark = pytest.mark.django_db
EXERCISE = "/exercises/two-paths/"
HTMX = {"hx-request": "true"}
POOL = [{"x": x, "c": c} for x in range(2, 6) for c in range(2, 6)]


@pytest.fixture
def prediction(people, tmp_path):
    """y = x·x + c·x with fields y (a number) and x_grad (None or a number)."""
    write_skeleton(tmp_path / "two-paths", "predict")
    shutil.rmtree(tmp_path / "two-paths" / "__pycache__", ignore_errors=True)
    version, _ = content_store.publish(load(tmp_path / "two-paths"), POOL)
    Assignment.objects.create(course=Course.objects.get(slug="autograd"), exercise=version.exercise, position=2)
    return version


@pytest.fixture
def student(browse, prediction):
    return browse("student")


def form_of(browser):
    return browser.get(EXERCISE).context["page"].predict


def right(form, prediction):
    """The right answers to a form, by hand."""
    ticket = predict.msgspec.convert(predict.signing.loads(form.token, salt=predict.SALT), predict.Ticket)
    numbers = prediction.variants[ticket.variant]
    x, c = numbers["x"], numbers["c"]
    return {"token": form.token, "answer-y": str(x * x + c * x), "answer-x_grad": str(2 * x + c)}


def send(browser, fields, **headers):
    return browser.post(EXERCISE + "submit/", fields, headers={**HTMX, **headers})


@pytest.mark.django_db(transaction=True)
def test_right_answers_pass_and_wrong_ones_name_the_misconception(student, prediction, sandbox_client):
    fields = right(form_of(student), prediction)
    assert send(student, fields).status_code == 200
    submission = Submission.objects.get()
    assert grading.grade(submission.pk)
    submission.refresh_from_db()
    assert (submission.status, submission.passed) == (Status.GRADED, True), submission.result
    fields = right(form_of(student), prediction)
    x = Submission.objects.count()
    send(student, {**fields, "answer-x_grad": "", "answer-x_grad-instead": "none"})
    submission = Submission.objects.latest("attempt")
    assert Submission.objects.count() == x + 1
    grading.grade(submission.pk)
    result = student.get(f"/submissions/{submission.pk}/").context["result"]
    assert [(answer.answer, answer.passed) for answer in result.answers] == [
        (fields["answer-y"], True),
        ("None", False),
    ]
    assert result.score == 1


def graded(prediction, student, **result):
    """A submission of the student with this result, as if the sandbox had found it."""
    numbers = {"x": 3, "c": 5}
    submission = queue(student, prediction.exercise, source=b"", answers={"y": "1", "x_grad": "none"}, variant=numbers)
    submission.claim()
    submission.finish(outcome(**result))
    return submission


@pytest.mark.django_db(transaction=True)
def test_after_the_answers_the_page_shows_what_each_line_did(student, prediction, sandbox_client):
    send(student, right(form_of(student), prediction))
    submission = Submission.objects.get()
    grading.grade(submission.pk)
    page = student.get(f"/submissions/{submission.pk}/")
    x, c = submission.variant["x"], submission.variant["c"]
    last = page.context["result"].trace[-1]
    assert [(tensor.name, [cell.field for cell in tensor.cells if cell.changed]) for tensor in last.tensors] == [
        ("x", ["grad"])
    ]
    text = page.content.decode()
    assert text.count('<table class="trace-table"') == 1
    assert "AddBackward0" in text
    assert f"{2 * x + c}.0" in text and "was None" in text
    chinese = student.get(f"/submissions/{submission.pk}/", headers={"accept-language": "zh-hant", **HTMX})
    assert "每一行做了什麼" in chinese.content.decode()
    assert "原為 None" in chinese.content.decode()


def test_a_trace_tells_all_that_is_in_it(student, prediction, people):
    inferred = TensorState("a", Contents([40]), False, True, version=None, new=True)
    first = TensorState("x", Contents([], "3.0"), True, True, version=0, new=True)
    changed = TensorState(
        "x", Contents([], "4.0"), True, True, grad=Contents([2], "[1.0, 2.0]"), version=1, shares=["<v>"],
        changed=["value", "grad", "version", "shares"],
    )  # fmt: skip
    other = TensorState("x", Contents([], "4.0"), True, False, "SubBackward0", new=True, changed=["is_leaf", "grad_fn"])
    trace = [
        TraceStep(1, 1, [inferred, first], function="f"),
        TraceStep(3, 3, [changed], left_out=2, function="f"),
        TraceStep(4, 5, [other], raised="ValueError: <b>no</b>\u202e", function="f", cut=True),
        TraceStep(77, 99),
    ]
    submission = graded(prediction, people["student"], trace=trace)
    page = student.get(f"/submissions/{submission.pk}/", headers={**HTMX, "accept-language": "en"})
    text = page.content.decode()
    steps = page.context["result"].trace
    assert [(cell.text, cell.shape, cell.was) for cell in steps[1].tensors[0].cells] == [
        ("4.0", "", "3.0"), ("yes", "", ""), ("yes", "", ""), ("None", "", ""), ("[1.0, 2.0]", "(2,)", "None"),
        ("1", "", "0"), ("<v>", "", ""),
    ]  # fmt: skip
    # What was left out of the step before may have changed this one.
    assert (steps[2].tensors[0].is_other, {cell.was for cell in steps[2].tensors[0].cells}) == (True, {""})
    assert steps[0].tensors[0].cells[0].shape == "(40,)" and steps[3].code == ""
    for shown in (
        "shape (40,)",
        "&lt;v&gt;",
        "ValueError: &lt;b&gt;no&lt;/b&gt;",
        r"\u202e</span>",
        "2 more tensors changed.",
    ):
        assert shown in text, shown
    for shown in ("in <code>f</code>", "The program went on; its trace ends here.", "new tensor", "was 3.0"):
        assert shown in text, shown


@pytest.mark.parametrize(
    ("before", "now", "was"),
    [
        (("3.0", ""), ("4.0", ""), "3.0"),
        (("[1.0]", "(1,)"), ("[2.0]", "(1,)"), "[1.0]"),
        (("[1.0]", "(1,)"), ("2.0", ""), "[1.0] (1,)"),
        (("", "(40,)"), ("", "(50,)"), "(40,)"),
        (("", "(40,)"), ("", "(40,)"), ""),
        (("", ""), ("x", ""), ""),
    ],
)
def test_what_stood_there_before(before, now, was):
    assert show_before(before, now) == was


def test_a_result_without_a_trace_is_shown_without_one(student, prediction, people):
    submission = graded(prediction, people["student"])
    assert submission.result["trace"] == []
    del submission.result["trace"]  # as it was stored before there were any
    submission.save(update_fields=["result"])
    page = student.get(f"/submissions/{submission.pk}/")
    assert (page.status_code, page.context["result"].trace) == (200, [])
    assert "trace" not in page.content.decode()


def test_only_predictions_have_a_trace(browse, people, exercise):
    submission = queue(people["student"], exercise)
    submission.claim()
    submission.finish(outcome(trace=[TraceStep(1, 1)]))
    page = browse("student").get(f"/submissions/{submission.pk}/")
    assert page.context["result"].is_final
    assert "trace-table" not in page.content.decode()


def test_the_snippet_shows_the_numbers_of_the_ticket(student, prediction):
    form = form_of(student)
    ticket, version = predict.read_ticket(form.token, student.get(EXERCISE).wsgi_request.user, prediction.exercise_id)
    numbers = version.variants[ticket.variant]
    shown = predict.snippet(version.load(), numbers)
    assert f"{numbers['x']}.0" in shown
    assert "$" not in shown


def test_reloading_changes_nothing_and_answering_changes_the_numbers(student, prediction):
    seen = []
    for _ in range(6):
        tokens = {predict.signing.loads(form_of(student).token, salt=predict.SALT)[2] for _ in range(3)}
        assert len(tokens) == 1
        seen += tokens
        assert send(student, right(form_of(student), prediction)).status_code == 200
    assert all(one != next_one for one, next_one in pairwise(seen))
    attempts = Submission.objects.order_by("attempt").values_list("attempt", "variant")
    assert list(attempts) == [(number, POOL[index]) for number, index in enumerate(seen, start=1)]


def test_students_get_numbers_of_their_own(prediction):
    chosen = {predict.choose_variant(prediction, user, 1, None) for user in range(40)}
    assert len(chosen) > 8


def test_a_pool_of_one_still_works(prediction):
    prediction.variants = POOL[:1]
    assert predict.choose_variant(prediction, 1, 2, POOL[0]) == 0


def test_one_set_of_numbers_can_be_answered_once(student, prediction):
    fields = right(form_of(student), prediction)
    assert send(student, fields).status_code == 200
    again = send(student, {**fields, "answer-y": "0"})
    assert again.status_code == 409
    assert "already" in again.content.decode()
    assert Submission.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_set_of_numbers_answered_many_times_at_once_counts_once(browse, prediction):
    fields = right(form_of(browse("student")), prediction)
    codes = at_once(5, lambda _: send(browse("student"), fields).status_code)
    assert sorted(codes) == [200, 409, 409, 409, 409]


def test_a_form_is_for_one_person_and_one_exercise(student, browse, prediction):
    fields = right(form_of(browse("classmate")), prediction)
    assert send(student, fields).status_code == 400
    assert send(student, {**fields, "token": fields["token"][:-2]}).status_code == 400
    assert send(student, {**fields, "token": ""}).status_code == 400
    assert Submission.objects.count() == 0


def test_mistakes_in_the_form_are_shown_in_place(student, prediction):
    fields = right(form_of(student), prediction)
    answer = send(student, {**fields, "answer-y": "seven", "answer-x_grad": ""}, **{"accept-language": "en"})
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#predict-form"
    y, x_grad = answer.context["form"].fields
    assert (y.value, y.error) == ("seven", "Write a number such as -2, 0.5 or 1e-3.")
    assert x_grad.error == "Answer this one too."
    assert Submission.objects.count() == 0
    page = student.post(EXERCISE + "submit/", {**fields, "answer-y": "seven"})
    assert page.status_code == 422
    assert page.context["page"].predict.fields[0].value == "seven"


def test_there_is_nothing_to_run(student, prediction):
    assert student.post(EXERCISE + "run/", {"source": "x"}, headers=HTMX).status_code == 400


@pytest.mark.parametrize(
    "kind, text, value",
    [
        ("number", "3", 3),
        ("number", " -2.50 ", -2.5),
        ("number", "−2", -2),
        ("number", "１２．５", 12.5),
        ("number", "1e-3", 0.001),
        ("number", ".5", 0.5),
        ("number", "6.0", 6),
        ("number", "-inf", -math.inf),
        ("bool", "yes", True),
        ("bool", "no", False),
        ("none-or-number", "none", None),
        ("none-or-number", "None", None),
        ("none-or-number", "0", 0),
        ("number-or-error", "error", "error"),
        ("number-or-error", "7", 7),
        ("shape", "(2, 3)", (2, 3)),
        ("shape", "2,3", (2, 3)),
        ("shape", "(5,)", (5,)),
        ("shape", "torch.Size([4, 1])", (4, 1)),
        ("shape", "()", ()),
        ("shape", "（２，３）", (2, 3)),
    ],
)
def test_answers_are_read_as_they_are_meant(kind, text, value):
    read = predict.read_answer(kind, text)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    "kind, text",
    [
        ("number", ""), ("number", "none"), ("number", "error"), ("number", "--inf"), ("number", "1,5"), ("number", "1e999"),
        ("number", "__import__('os')"), ("number", "0x10"), ("bool", "maybe"), ("bool", ""), ("shape", "a"), ("shape", "-1"),
        ("shape", "2 3"), ("none-or-number", "error"), ("number-or-error", "none"), ("number", "1_000"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(kind, text):
    with pytest.raises(ValueError):
        predict.read_answer(kind, text)


def test_nan_is_an_answer():
    assert math.isnan(predict.read_answer("number", "nan"))
