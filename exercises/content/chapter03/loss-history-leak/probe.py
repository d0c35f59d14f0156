"""A model whose graphs can be counted: each forward pass puts a token into its graph, which lives as long as that."""

import weakref

import torch
from torch import nn

import submission
from exercises.harness import observe

TOKENS = []  # weak references, one for each forward pass
ALIVE = []  # for each forward pass: how many graphs of earlier ones were alive


class Token:
    """Something that a graph can hold."""


class Marked(torch.autograd.Function):
    """The identity; its node in the graph holds a token."""

    @staticmethod
    def forward(ctx, x):
        ctx.token = Token()
        TOKENS.append(weakref.ref(ctx.token))
        return x.clone()

    @staticmethod
    def backward(ctx, grad):
        return grad


class Model(nn.Module):
    def __init__(self, W, b, V):
        super().__init__()
        self.W, self.b, self.V = (nn.Parameter(value.clone()) for value in (W, b, V))

    def forward(self, X):
        ALIVE.append(_alive())
        return Marked.apply(torch.tanh(X @ self.W + self.b) @ self.V)


def run(net, Xs, ys, loss="square", recording=True, frozen=(), with_grads=False, training=True, once=False):
    """The result, the graphs alive on the way, and what has changed. `once`: batches from a generator."""
    model = _model(net, frozen, with_grads, training)
    before = _state(model)
    batches = list(zip(Xs, ys, strict=True))
    torch.set_grad_enabled(recording)
    result = submission.evaluate_all(model, (pair for pair in batches) if once else batches, LOSSES[loss])
    mode_after = torch.is_grad_enabled()
    left = _alive()
    torch.set_grad_enabled(True)
    after = _state(model)
    return {
        "value": _as_number(result),
        "type": "float" if isinstance(result, float) else type(result).__name__,
        "alive": max(ALIVE, default=0),
        "left": left,
        "changed": [name for name in before if not _same(before[name], after[name])]
        + ([] if mode_after is recording else ["torch.is_grad_enabled()"]),
        "training": model.training,
    }


def saved(net, Xs, ys):
    """Number of tensors saved for backward on the way."""
    model = _model(net, (), False, True)
    with observe.saved_tensors() as kept:
        submission.evaluate_all(model, list(zip(Xs, ys, strict=True)), LOSSES["square"])
    torch.set_grad_enabled(True)
    return kept.tensors


def given_losses(losses, sizes):
    """The statement's example: a model that changes nothing, and batches whose samples all have the same loss."""
    torch.set_grad_enabled(True)
    _forget()
    weight = nn.Parameter(torch.ones(()))
    batches = [(torch.full((size, 1), loss), torch.zeros(size, 1)) for loss, size in zip(losses, sizes, strict=True)]

    class Plain(nn.Module):
        def forward(self, X):
            ALIVE.append(_alive())
            return Marked.apply(X * weight)

    result = submission.evaluate_all(Plain(), batches, lambda prediction, y: (prediction - y).abs().mean())
    return {"value": _as_number(result), "alive": max(ALIVE, default=0)}


LOSSES = {
    "square": lambda prediction, y: ((prediction - y) ** 2).mean(),
    "absolute": lambda prediction, y: (prediction - y).abs().mean(),
    # What is too small costs three times as much as what is too large: the order of the arguments matters.
    "uneven": lambda prediction, y: torch.maximum(prediction - y, 3 * (y - prediction)).mean(),
}


def _alive():
    return sum(token() is not None for token in TOKENS)


def _forget():
    TOKENS.clear()
    ALIVE.clear()


def _model(net, frozen, with_grads, training):
    torch.set_grad_enabled(True)
    _forget()
    model = Model(**net)
    for i, parameter in enumerate(model.parameters()):
        parameter.grad = torch.full_like(parameter, i + 1.0) if with_grads and i != 1 else None
        parameter.requires_grad_(i not in frozen)
    return model.train(training)


def _state(model):
    parameters = list(model.parameters())
    return {
        "values": [parameter.detach().clone() for parameter in parameters],
        "requires_grad": [parameter.requires_grad for parameter in parameters],
        ".grad": [None if parameter.grad is None else parameter.grad.clone() for parameter in parameters],
    }


def _same(before, after):
    return len(before) == len(after) and all(
        torch.equal(a, b) if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor) else a is b
        for a, b in zip(before, after, strict=True)
    )


def _as_number(value):
    return float(value.detach()) if isinstance(value, torch.Tensor) and value.numel() == 1 else value
