"""Small networks that count their forward calls; what per_sample() returned, and what it left behind."""

from itertools import cycle

import torch
from torch import nn
from torch.nn import functional

import submission
from exercises.harness import observe

CALLS = []  # one entry for each call of a network's forward


class Linear(nn.Linear):
    """Whoever makes one gives it its numbers: drawing others first takes longer than the layer's work."""

    def reset_parameters(self):
        pass


class Net(nn.Module):
    """Every forward is counted, also that of a copy."""

    def forward(self, X):
        CALLS.append(1)
        return self.run(X)


class Mlp(Net):
    """linear, tanh, linear, scaled; with a buffer, and another output in eval mode."""

    def __init__(self, d, k, m):
        super().__init__()
        self.scale = nn.Parameter(torch.empty(m))
        self.body = nn.Sequential(Linear(d, k), nn.Tanh(), Linear(k, m))
        self.register_buffer("centre", torch.linspace(-0.5, 0.5, d))

    def run(self, X):
        output = self.body(X - self.centre) * self.scale
        return output if self.training else output * 0.5


class Idle(Mlp):
    """A parameter more, which nothing uses."""

    def __init__(self, d, k, m):
        super().__init__(d, k, m)
        self.idle = nn.Parameter(torch.empty(2))


class Series(Net):
    """(N, T, d) to (N,): works on batches only; a single row of T = d steps would be averaged the wrong way."""

    def __init__(self, d, k):
        super().__init__()
        self.inner, self.outer = Linear(d, k), Linear(k, 1, bias=False)

    def run(self, X):
        return self.outer(torch.tanh(self.inner(X.mean(1))))[:, 0]


class Conv(Net):
    """(N, 1, 4, 4) to (N, m)."""

    def __init__(self, channels, m):
        super().__init__()
        self.conv, self.head = nn.Conv2d(1, channels, 3), Linear(channels * 4, m)

    def run(self, X):
        return self.head(torch.tanh(self.conv(X)).flatten(1))


class Tokens(Net):
    """(N, T) whole numbers to (N, m)."""

    def __init__(self, words, k, m):
        super().__init__()
        self.embedding, self.head = nn.Embedding(words, k), Linear(k, m)

    def run(self, X):
        return self.head(torch.tanh(self.embedding(X).sum(1)))


class Tied(Net):
    """Both layers have one and the same weight."""

    def __init__(self, d):
        super().__init__()
        self.first, self.second = Linear(d, d, bias=False), Linear(d, d)
        self.second.weight = self.first.weight

    def run(self, X):
        return self.second(torch.tanh(self.first(X)))


NETS = {"mlp": Mlp, "idle": Idle, "series": Series, "conv": Conv, "tokens": Tokens, "tied": Tied}
LOSSES = {
    "mse": functional.mse_loss,
    "l1": functional.l1_loss,
    "cross_entropy": functional.cross_entropy,
    "sums": lambda output, target: ((output**2).sum(1) - target.sum(1)).pow(2).mean() / 3,
}


def parameter_shapes(net, sizes):
    return [list(param.shape) for param in NETS[net](*sizes).parameters()]


def run(net, sizes, weights, X, y, loss="mse", leftover=None, training=True, watched=True):
    """leftover: what .grad holds before, parameter by parameter, over and over; all are None without it.

    training: the model's own mode; its parts are always in training mode. watched: find out what was changed.
    """
    model = _model(net, sizes, weights, training)
    for param, value in zip(model.parameters(), cycle(leftover or [None])):
        param.grad = None if value is None else torch.full_like(param, value)
    before = _state(model, X, y) if watched else {}
    answer = submission.per_sample(model, LOSSES[loss], X, y)
    calls, recording = len(CALLS), torch.is_grad_enabled()
    torch.set_grad_enabled(True)
    after = _state(model, X, y) if watched else {}
    changed = [name for name in before if not _same(before[name], after[name])]
    return {
        "grads": _plain(answer),
        "calls": calls,
        "changed": changed if recording else [*changed, "torch.is_grad_enabled()"],
    }


def operators(net, sizes, weights, X, y, loss="mse"):
    """How many operators one call takes, and what it returned."""
    model = _model(net, sizes, weights, True)
    with observe.op_count() as ops:
        answer = submission.per_sample(model, LOSSES[loss], X, y)
    return {"total": ops.total, "grads": _plain(answer)}


def line(X, y):
    """For the public tests: one weight, 1, and one bias, 0, under the mean squared error."""
    torch.set_grad_enabled(True)
    CALLS.clear()

    class Line(nn.Linear):
        def forward(self, X):
            CALLS.append(1)
            return super().forward(X)

    model = Line(1, 1)
    model.weight.data.fill_(1.0)
    model.bias.data.zero_()
    answer = submission.per_sample(model, functional.mse_loss, X, y)
    return {"grads": _plain(answer), "calls": len(CALLS), "untouched": all(p.grad is None for p in model.parameters())}


def _model(net, sizes, weights, training):
    torch.set_grad_enabled(True)
    model = NETS[net](*sizes).to(weights[0].dtype)
    model.training = training
    for param, value in zip(model.parameters(), weights, strict=True):
        param.data = value.clone()
    CALLS.clear()
    return model


def _plain(answer):
    """Any mapping as a dict with names; a stranger's key becomes the name of its type."""
    if not isinstance(answer, dict):
        return answer
    return {key if isinstance(key, str) else type(key).__name__: value for key, value in answer.items()}


def _state(model, X, y):
    params = list(model.parameters())
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return {
        "parameters": [param.detach().clone() for param in params],
        ".grad": [None if param.grad is None else param.grad.detach().clone() for param in params],
        "requires_grad": [param.requires_grad for param in params],
        "model.training": [module.training for module in model.modules()],
        "model.named_parameters()": [name for name, _ in model.named_parameters()],
        "hooks": [len(getattr(module, kind)) for module in model.modules() for kind in hooks],
        "X, y": [X.detach().clone(), y.detach().clone(), X.requires_grad, y.requires_grad],
    }


def _same(before, after):
    return len(before) == len(after) and all(
        torch.equal(a, b) if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor) else a is b or a == b
        for a, b in zip(before, after, strict=True)
    )
