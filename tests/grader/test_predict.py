"""Predict exercises: numbers of one's own, a signed form, answers read as they are meant."""

from __future__ import annotations

import math
import shutil
from itertools import pairwise

import pytest

from exercises import content_store
from exercises.format import load
from exercises.management.commands.exercise import write_skeleton
from grader.courses.models import Assignment, Course
from grader.submissions import grading, predict
from grader.submissions.models import Status, Submission
from tests.grader.rows import at_once

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
