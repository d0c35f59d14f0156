"""Each field of the prediction; the key is what torch gives when the snippet runs in the checker."""

from exercises.harness.predict import check_field


def test_product(student, variants):
    check_field(student, variants, "product")


def test_doubled(student, variants):
    check_field(student, variants, "doubled")


def test_positive(student, variants):
    check_field(student, variants, "positive")


def test_largest(student, variants):
    check_field(student, variants, "largest")


def test_rounded(student, variants):
    check_field(student, variants, "rounded")


def test_detached(student, variants):
    check_field(student, variants, "detached")


def test_inferred(student, variants):
    check_field(student, variants, "inferred")
