"""Small networks in the middle of a training; one call of step_frozen(), and what became of everything."""

import torch
from torch import nn

import submission


class Linear(nn.Linear):
    """Whoever makes one gives it its numbers: drawing others first takes longer than the layer's work."""

    def reset_parameters(self):
        pass


class Watched(Linear):
    """A linear layer that notices when a gradient for its parameters is computed."""

    computed = 0

    def forward(self, h):
        return nn.functional.linear(h, self._watch(self.weight), self._watch(self.bias))

    def _watch(self, param):
        used = param * 1  # the parameter itself may carry the gradients of others; this copy is for one call
        if used.requires_grad:
            used.register_hook(self._note)
        return used

    def _note(self, grad):
        self.computed += 1


class Failing(nn.Module):
    def forward(self, h):
        raise ArithmeticError("this layer always fails")


OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


def step(weights, biases, i, X, y, optimizer, settings, before=0, leftover=None, off=(), after=0, watched=False):
    """before: steps that come first. leftover: what every .grad holds. off: parameters that need no gradient.

    after: ordinary steps afterwards. The model: linear layers with a tanh between each two.
    """
    torch.set_grad_enabled(True)
    model = _model(weights, biases, X.dtype, Watched if watched else Linear)
    opt = OPTIMIZERS[optimizer](model.parameters(), **settings)
    params = list(model.parameters())
    for _ in range(before):  # for what the optimizer remembers of them, any gradients will do
        for param in params:
            param.grad = param.detach().sin()
        opt.step()
    for number in off:
        params[number].requires_grad_(False)
        params[number].grad = None
    for param in params:
        param.grad = None if leftover is None else torch.full_like(param, leftover)
    flags, modes = [p.requires_grad for p in params], [layer.training for layer in model]
    for layer in model:
        layer.computed = 0
    answer = submission.step_frozen(model, i, opt, X, y)
    same = [layer.training for layer in model] == modes
    inside = set(map(id, model[i].parameters()))
    seen = {
        "answer": type(answer).__name__,
        "params": [p.detach().clone() for p in params],
        "flags_wrong": sum(p.requires_grad != flag for p, flag in zip(params, flags, strict=True)),
        "modes_kept": same and model.training,
        "computed": model[i].computed,
        "frozen": [id(p) in inside for p in params],
    }
    for param, flag in zip(params, flags, strict=True):
        param.requires_grad_(flag)
    for _ in range(after):
        _ordinary(model, opt, X, y)
    return seen | ({"later": [p.detach() for p in params]} if after else {})


def failing(weights, biases, i, X, y):
    """requires_grad of all parameters after a forward pass that raises."""
    torch.set_grad_enabled(True)
    model = _model(weights, biases, X.dtype, Linear)
    model.append(Failing())
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    try:
        submission.step_frozen(model, i, opt, X, y)
    except ArithmeticError:
        pass
    return all(param.requires_grad for param in model.parameters())


def pair(weight_decay):
    """The statement's example."""
    torch.set_grad_enabled(True)
    model = nn.Sequential(nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False))
    for layer, weight in zip(model, (1.0, 2.0), strict=True):
        layer.weight.data.fill_(weight)
    opt = torch.optim.SGD(model.parameters(), lr=0.1, weight_decay=weight_decay)
    submission.step_frozen(model, 1, opt, torch.tensor([[1.0]]), torch.tensor([[3.5]]))
    return {
        "weights": [layer.weight.item() for layer in model],
        "flags": [layer.weight.requires_grad for layer in model],
    }


def _model(weights, biases, dtype, kind):
    layers = []
    for weight, bias in zip(weights, biases, strict=True):
        if layers:
            layers.append(nn.Tanh())
        layer = kind(weight.shape[1], weight.shape[0], dtype=dtype)
        with torch.no_grad():
            layer.weight.copy_(weight)
            layer.bias.copy_(bias)
        layers.append(layer)
    return nn.Sequential(*layers)


def _ordinary(model, opt, X, y):
    opt.zero_grad()
    ((model(X) - y) ** 2).mean().backward()
    opt.step()
