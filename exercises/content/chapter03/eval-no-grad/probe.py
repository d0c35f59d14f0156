"""Models that watch how evaluate() runs them. What they note is kept here, so that a copied model notes it as well."""

import torch
import torch.nn.functional as F
from torch import nn

import submission
from exercises.harness import observe

CALLS = []  # grad mode at each forward


class Boom(Exception):
    """What a model may raise."""


class Linear(nn.Linear):
    """Whoever makes one gives it its numbers: drawing others first takes longer than the layer's work."""

    def reset_parameters(self):
        pass


class Watched(nn.Module):
    """Linear, batch norm, tanh, dropout, linear, with given numbers; may raise in the middle."""

    def __init__(self, W1, b1, W2, b2, mean, var, raises=False):
        super().__init__()
        first, second = Linear(*W1.shape), Linear(*W2.shape)
        norm = nn.BatchNorm1d(len(b1), dtype=W1.dtype)
        for layer, weight, bias in ((first, W1, b1), (second, W2, b2)):
            layer.weight = nn.Parameter(weight.t().clone())
            layer.bias = nn.Parameter(bias.clone())
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(var)
        self.first, self.norm, self.drop, self.second = first, norm, nn.Dropout(0.5), second
        self.raises = raises

    def forward(self, X):
        CALLS.append(torch.is_grad_enabled())
        h = torch.tanh(self.norm(self.first(X)))
        if self.raises:
            raise Boom("this model cannot do it")
        # Some layers have a flag of their own; this one asks for the model's.
        return self.second(F.dropout(self.drop(h), 0.2, self.training))


def run(net, X, y, training=True, frozen=(), with_grads=False, recording=True, with_data=False):
    """Value, and what may or may not have changed of the model; with_data: its numbers as well, and X and y."""
    model = _model(net, training, frozen, with_grads)
    before = _state(model)
    data = X.clone(), y.clone()
    torch.set_grad_enabled(recording)
    result = submission.evaluate(model, *data)
    mode_after = torch.is_grad_enabled()
    torch.set_grad_enabled(True)
    seen = _compare(model, before) | {
        "value": _as_number(result),
        "type": "float" if isinstance(result, float) else type(result).__name__,
        "recording": list(CALLS),
        "grad_mode": mode_after,
    }
    return seen | ({"values": model.state_dict(), "data": list(data)} if with_data else {})


def raising(net, X, y, training=True, recording=True):
    """The model raises: did the exception come through, and what is left behind?"""
    model = _model(net, training, (), False, raises=True)
    before = _state(model)
    torch.set_grad_enabled(recording)
    came_through = False
    try:
        submission.evaluate(model, X, y)
    except Boom:
        came_through = True
    mode_after = torch.is_grad_enabled()
    torch.set_grad_enabled(True)
    return _compare(model, before) | {"came_through": came_through, "grad_mode": mode_after}


def small(X, y, weight, dropout):
    """The statement's example: one weight, with or without dropout before it."""
    torch.set_grad_enabled(True)
    linear = nn.Linear(1, 1)
    with torch.no_grad():
        linear.weight.fill_(weight)
        linear.bias.zero_()
    model = nn.Sequential(nn.Dropout(0.5), linear) if dropout else linear
    return {"value": _as_number(submission.evaluate(model, X, y)), "training": model.training}


def saved(net, X, y):
    """Number of tensors saved for backward on the way."""
    with observe.saved_tensors() as kept:
        submission.evaluate(_model(net, True, (), False), X, y)
    torch.set_grad_enabled(True)
    return kept.tensors


def partly_in_eval(net, X, y):
    """A training model whose batch norm is in eval mode: its parts' flags before and after."""
    model = _model(net, True, (), False)
    model.norm.eval()
    before = [module.training for module in model.modules()]
    submission.evaluate(model, X, y)
    torch.set_grad_enabled(True)
    return before == [module.training for module in model.modules()]


def _model(net, training, frozen, with_grads, raises=False):
    torch.set_grad_enabled(True)
    CALLS.clear()
    model = Watched(**net, raises=raises)
    for i, parameter in enumerate(model.parameters()):
        if with_grads and i % 3 != 2:
            parameter.grad = torch.full_like(parameter, i + 1.0)
        parameter.requires_grad_(i not in frozen)
    return model.train(training)


def _state(model):
    return {
        "flags": [parameter.requires_grad for parameter in model.parameters()],
        "grads": [None if p.grad is None else p.grad.clone() for p in model.parameters()],
        "training": model.training,
        "parts": [module.training for module in model.modules()],
        "parameters": [id(parameter) for parameter in model.parameters()],
    }


def _compare(model, before):
    after = _state(model)
    same = zip(after["grads"], before["grads"], strict=True)
    return {
        "training": after["training"],
        "parts_kept": after["parts"] == before["parts"],
        "flags_kept": after["flags"] == before["flags"] and after["parameters"] == before["parameters"],
        "grads_kept": all(a is b if a is None or b is None else torch.equal(a, b) for a, b in same),
    }


def _as_number(value):
    return float(value.detach()) if isinstance(value, torch.Tensor) and value.numel() == 1 else value
