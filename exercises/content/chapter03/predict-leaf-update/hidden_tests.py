"""Each field of the prediction; the key is what torch gives when the snippet runs in the checker."""

from exercises.harness.predict import check_field


def test_is_leaf(student, variants):
    check_field(student, variants, "is_leaf")


def test_requires_grad(student, variants):
    check_field(student, variants, "requires_grad")


def test_has_grad_fn(student, variants):
    check_field(student, variants, "has_grad_fn")


def test_none_moves(student, variants):
    check_field(student, variants, "none_moves")


def test_zero_moves(student, variants):
    check_field(student, variants, "zero_moves")
