"""A small network that watches its batches; what accumulate() left in .grad."""

import torch
from torch import nn
from torch.nn import functional

import submission


class Watching(nn.Module):
    """linear, tanh, linear; notes the rows of each call and whether the call before had gone backward."""

    def __init__(self, W1, b1, W2, b2, idle):
        super().__init__()
        self.W1, self.b1 = nn.Parameter(W1.clone()), nn.Parameter(b1.clone())
        self.W2, self.b2 = nn.Parameter(W2.clone()), nn.Parameter(b2.clone())
        if idle is not None:
            self.idle = nn.Parameter(idle.clone())
        self.rows, self.late, self.went_backward = [], [], []

    def forward(self, X):
        self.late.append(bool(self.rows) and not self.went_backward[-1])
        self.rows.append(X.detach().clone())
        self.went_backward.append(False)
        number = len(self.rows) - 1
        output = torch.tanh(X @ self.W1 + self.b1) @ self.W2 + self.b2
        if output.requires_grad:
            output.register_hook(lambda grad: self._note(number))
        return output

    def _note(self, number):
        self.went_backward[number] = True


LOSSES = {
    "mse": functional.mse_loss,
    "l1": functional.l1_loss,
    "cross_entropy": functional.cross_entropy,
    "rows": lambda output, target: ((output - target) ** 4).sum(1).mean() / 3,
}


def accumulate(weights, X, y, micro, loss="mse", leftover=None, idle=None, mode=True, more=False):
    """leftover: what every .grad holds before, or None. idle: a parameter that the model does not use.

    more: also the parameters and the rows that the model was given.
    """
    torch.set_grad_enabled(True)
    model = Watching(*weights, idle)
    model.train(mode)
    params = dict(model.named_parameters())
    if leftover is not None:
        for param in params.values():
            param.grad = torch.full_like(param, leftover)
    X_before, y_before = X.clone(), y.clone()
    answer = submission.accumulate(model, LOSSES[loss], X, y, micro)
    seen = {
        "answer": type(answer).__name__,
        "grads": {name: param.grad for name, param in params.items() if name != "idle"},
        "idle": params["idle"].grad if "idle" in params else None,
        "inputs": bool(torch.equal(X, X_before) and torch.equal(y, y_before)),
        "flagged": X.requires_grad or X.grad is not None or not all(p.requires_grad for p in params.values()),
        "training": model.training,
        "sizes": [len(rows) for rows in model.rows],
        "late": [index + 1 for index, late in enumerate(model.late) if late],
    }
    if more:
        seen["params"] = [param.detach() for param in params.values()]
        seen["rows"] = torch.cat(model.rows) if model.rows else None
    return seen


def line(X, y, micro, calls=1):
    """For the public tests: one weight, 1, and the mean squared error."""
    torch.set_grad_enabled(True)
    sizes = []

    class Line(nn.Linear):
        def forward(self, X):
            sizes.append(len(X))
            return super().forward(X)

    model = Line(1, 1, bias=False)
    model.weight.data.fill_(1.0)
    for _ in range(calls):
        sizes.clear()
        submission.accumulate(model, functional.mse_loss, X, y, micro)
    return {"grad": model.weight.grad, "sizes": sizes}
