"""Functions to be measured, and what numgrad() hands to them."""

import numpy as np
import torch

import submission

MOST_CALLS = 400


def _wave(x, a):
    """Every element with its own frequency, and all of them coupled."""
    return torch.sin(a * x).sum() + (a * x).sum() ** 2 / 4


def _cubic(x, a):
    """Central differences are off by exactly a · eps²."""
    return (a * x**3).sum()


def _power(x, a):
    """All elements coupled, with a third derivative that differs from place to place."""
    return (a * x).sum() ** 3 + torch.exp(x).sum()


def _numpy(x, a):
    """Leaves torch."""
    return torch.tensor(np.sum(np.tanh(x.numpy() * a.numpy()) * 3), dtype=x.dtype)


def _stairs(x, a):
    """Flat between its steps: autograd says 0 everywhere."""
    return torch.floor(4 * x + a).sum() * 1.0


def _stopped(x, a):
    """Autograd sees only one of the two parts."""
    return (x.detach() ** 2 * a).sum() + (x * a).sum()


def _network(x, a):
    """With a parameter of its own that requires grad, so its result has a graph, too."""
    weight = a.clone().requires_grad_()
    return torch.tanh((weight * x).sum()) + (weight * x**2).sum()


def _element(x, a):
    """Hands back an element of x itself, no copy of it."""
    return x.reshape(-1)[-1]


FUNCTIONS = {
    "element": _element,
    "wave": _wave,
    "cubic": _cubic,
    "power": _power,
    "numpy": _numpy,
    "stairs": _stairs,
    "stopped": _stopped,
    "network": _network,
}


def grad(kind, x, a, eps=None):
    """The measured gradient of one of the functions; eps = None: the default step."""
    function = FUNCTIONS[kind]
    return _numgrad(lambda point: function(point, a), x, eps)


def second(kind, x, eps):
    """For the public example: functions without coefficients."""
    functions = {"cube": lambda t: t**3, "product": lambda t: t[0] ** 2 * t[1], "trace": lambda t: (t @ t).sum()}
    return _numgrad(functions[kind], x, eps)


def after(x, a, eps):
    """The gradient, and what has become of x."""
    result = _numgrad(lambda point: _power(point, a), x, eps)
    return {"grad": result, "x": x.detach(), "flagged": x.requires_grad or x.grad is not None}


def points(x, a, eps=None):
    """What f received, one call after the other, and the gradient."""
    received = []

    def f(point):
        if len(received) > MOST_CALLS:
            raise RuntimeError("too many calls")
        received.append(point.detach().clone())
        return _wave(point, a)

    result = _numgrad(f, x, eps)
    same_shape = all(point.shape == x.shape for point in received)
    return {
        "grad": result,
        "calls": len(received),
        "points": torch.stack(received).double() if received and same_shape else None,
    }


def transposed(x, a, eps):
    """x is a view that does not lie in memory as it is read."""
    x = x.t()
    return _numgrad(lambda point: _power(point, a), x, eps)


def _numgrad(f, x, eps):
    torch.set_grad_enabled(True)
    return submission.numgrad(f, x) if eps is None else submission.numgrad(f, x, eps)
