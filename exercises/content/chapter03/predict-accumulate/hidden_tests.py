"""Each field of the prediction; the key is what torch gives when the snippet runs in the checker."""

from exercises.harness.predict import check_field

WAYS_TO_SAY_ERROR = ["err", "Error", "RuntimeError"]


class Flat:
    """The student, with nested answers made flat: ((first, second, third), (once, twice)) says the same."""

    def __init__(self, student):
        self.student = student

    def probe(self, name, **numbers):
        answers = self.student.probe(name, **numbers)
        if not isinstance(answers, list | tuple):
            return answers
        parts = [part if isinstance(part, list | tuple) else [part] for part in answers]
        return [item if item not in WAYS_TO_SAY_ERROR else "error" for part in parts for item in part]


def flat(student):
    return Flat(student)


def test_first(student, variants):
    check_field(flat(student), variants, "first")


def test_second(student, variants):
    check_field(flat(student), variants, "second")


def test_third(student, variants):
    check_field(flat(student), variants, "third")


def test_once(student, variants):
    check_field(flat(student), variants, "once")


def test_twice(student, variants):
    check_field(flat(student), variants, "twice")
