"""Similarity: what is found whatever is renamed, what is not, and who may look."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from grader.courses.models import Course, Enrollment
from grader.similarity.winnowing import K, W, alike_lines, find_pairs, fingerprints, tokens
from tests.grader.conftest import STARTER
from tests.grader.rows import outcome, queue

ODD = b"""def train(params, loss_fn, lr, steps):
    history = []
    for step in range(steps):
        loss = loss_fn()
        history.append(float(loss.detach()))
        for p in params:
            if p.grad is not None and p.grad.abs().max() > 0:
                p.grad = torch.zeros_like(p.grad)
        loss.backward()
        with torch.no_grad():
            for p in params:
                p.copy_(p - lr * p.grad)
    return history
"""
RENAMED = b'''# all my own work
def train(ws, f, eta, n):
    """Docs."""
    out = []
    for i in range(n):
        value = f()

        out.append(float(value.detach()))
        for w in ws:
            if w.grad is not None and w.grad.abs().max() > 0:
                w.grad = torch.zeros_like(w.grad)
        value.backward()
        with torch.no_grad():
            for w in ws:
                w.copy_(w - eta * w.grad)
    return out
'''
OTHER = b"""def train(params, loss_fn, lr, steps):
    optimiser = torch.optim.SGD(params, lr=lr)
    values = torch.empty(steps)
    k = 0
    while k < steps:
        optimiser.zero_grad(set_to_none=True)
        values[k] = (current := loss_fn())
        current.backward(); optimiser.step(); k += 1
    return values.tolist()
"""


def test_names_comments_and_layout_make_no_difference():
    assert [token.kind for token in tokens(ODD)] == [token.kind for token in tokens(RENAMED)]
    (pair,) = find_pairs({"a": ODD, "b": RENAMED, "c": OTHER})
    assert {pair.first, pair.second} == {"a", "b"} and pair.share == 1.0


def test_others_are_not_alike():
    assert find_pairs({"a": ODD, "c": OTHER}) == []


def test_what_all_were_given_does_not_count():
    assert find_pairs({"a": ODD, "b": RENAMED}, known=[ODD]) == []
    assert alike_lines(ODD, RENAMED, known=[ODD]) == set()


def test_what_many_wrote_does_not_count():
    many = {str(number): ODD for number in range(30)}
    assert find_pairs(many) == []


def test_a_copied_passage_inside_a_file_of_ones_own_is_found():
    mixed = OTHER + b"\n\n" + RENAMED.replace(b"def train", b"def other")
    (pair,) = find_pairs({"a": ODD, "m": mixed, "c": b"import torch\n"})
    assert pair.share > 0.9
    lines = alike_lines(mixed, ODD) - {1}  # the signature that the exercise asks for
    assert min(lines) > OTHER.count(b"\n"), "only the copied part is marked"


def test_every_shared_run_of_tokens_long_enough_is_found():
    """The guarantee of winnowing: K + W − 1 tokens in common share a fingerprint, wherever they stand."""
    run = b" ".join(b"f%d(" % n for n in range(K + W)) + b")" * (K + W)
    for before in range(2 * W):
        one = b"x = 1\n" + run + b"\n"
        other = b"y.a\n" * before + run + b"\n"
        assert fingerprints(one).keys() & fingerprints(other).keys()


@pytest.mark.parametrize("source", [b"", b"\xff\xfe\x00", b"def (", b"'''", b"\0" * 100, b"(" * 5000])
def test_no_file_breaks_it(source):
    assert find_pairs({"a": source, "b": source, "c": ODD}) is not None


def hand_in(user, exercise, source):
    submission = queue(user, exercise, source=source)
    submission.claim()
    submission.finish(outcome(0.0))
    return submission


@pytest.fixture
def pair(people, exercise):
    return hand_in(people["student"], exercise, ODD), hand_in(people["classmate"], exercise, RENAMED)


@pytest.fixture
def url(people):
    return f"/courses/autograd/assignments/{Course.objects.get(slug='autograd').assignments.get().pk}/similar/"


@pytest.mark.parametrize(
    ("who", "status"),
    [("teacher", 200), ("assistant", 200), ("staff", 200), ("student", 404), ("stranger", 404), ("nobody", 404)],
)
def test_only_teachers_of_the_course_look(pair, url, browse, who, status):
    assert browse(who).get(url).status_code == status
    assert browse(who).get(f"{url}{pair[0].pk}/{pair[1].pk}/").status_code == status


def test_pairs_stand_side_by_side(pair, url, browse):
    text = browse("teacher").get(url).content.decode()
    path = f"{url}{pair[0].pk}/{pair[1].pk}/"
    assert path in text and "100 %" in text
    assert browse("teacher").get(path).content.decode().count("side-alike") > 15


def test_a_submission_of_another_course_is_no_half_of_a_pair(pair, url, people, exercise, browse):
    foreign = hand_in(people["stranger"], exercise, ODD)
    assert browse("teacher").get(f"{url}{pair[0].pk}/{foreign.pk}/").status_code == 404
    assert "stranger" not in browse("teacher").get(url).content.decode()


def test_only_the_last_submissions_count_and_the_starter_is_known(people, exercise, url, browse):
    hand_in(people["student"], exercise, ODD)
    hand_in(people["student"], exercise, STARTER.encode())
    hand_in(people["classmate"], exercise, STARTER.encode())
    assert b"No two submissions" in browse("teacher").get(url).content


def test_a_course_of_two_hundred_costs_as_few_queries_as_one_of_two(
    pair, url, people, exercise, browse, django_assert_max_num_queries
):
    course = Course.objects.get(slug="autograd")
    users = get_user_model().objects.bulk_create(
        get_user_model()(username=f"s{number}", password="!") for number in range(40)
    )
    Enrollment.objects.bulk_create(Enrollment(user=user, course=course, role="student") for user in users)
    for number, user in enumerate(users):
        hand_in(user, exercise, OTHER + b"x = %d\n" % number)
    teacher = browse("teacher")
    with django_assert_max_num_queries(12):
        assert teacher.get(url).status_code == 200
