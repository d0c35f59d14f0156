"""Each field of the prediction; the key is what torch gives when the snippet runs in the checker."""

from exercises.harness.predict import check_field


def test_x_grad(student, variants):
    check_field(student, variants, "x_grad")


def test_y_grad(student, variants):
    check_field(student, variants, "y_grad")


def test_z_grad(student, variants):
    check_field(student, variants, "z_grad")
