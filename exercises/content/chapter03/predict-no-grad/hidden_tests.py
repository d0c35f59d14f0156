"""Each field of the prediction; the key is what torch gives when the snippet runs in the checker."""

from exercises.harness.predict import check_field


class Flat:
    """The student, with a nested answer made flat: ((four flags), x_grad) says the same."""

    def __init__(self, student):
        self.student = student

    def probe(self, name, **numbers):
        answers = self.student.probe(name, **numbers)
        if not isinstance(answers, list | tuple):
            return answers
        return [item for part in answers for item in (part if isinstance(part, list | tuple) else [part])]


def flat(student):
    return Flat(student)


def test_x_requires_grad(student, variants):
    check_field(flat(student), variants, "x_requires_grad")


def test_y_requires_grad(student, variants):
    check_field(flat(student), variants, "y_requires_grad")


def test_z_requires_grad(student, variants):
    check_field(flat(student), variants, "z_requires_grad")


def test_p_requires_grad(student, variants):
    check_field(flat(student), variants, "p_requires_grad")


def test_x_grad(student, variants):
    check_field(flat(student), variants, "x_grad")
