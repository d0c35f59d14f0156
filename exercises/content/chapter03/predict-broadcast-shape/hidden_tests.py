"""Each field of the prediction; the key is what torch gives when the snippet runs in the checker."""

from exercises.harness.predict import check_field


def test_prediction_shape(student, variants):
    check_field(student, variants, "prediction_shape")


def test_difference_shape(student, variants):
    check_field(student, variants, "difference_shape")


def test_count(student, variants):
    check_field(student, variants, "count")
