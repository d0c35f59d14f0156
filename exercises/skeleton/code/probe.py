"""Runs beside the submission, in its process: calls it and reports what can be seen. Holds no answer."""

import submission


def gradient(x):
    before = x.clone()
    seen = submission.gradient_of_squares(x)
    return {
        "gradient": seen,
        "values_kept": bool((x == before).all()),
        "requires_grad": x.requires_grad,
    }
