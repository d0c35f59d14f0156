"""Functions of all shapes, and one that counts how it is gone through; what vjp() returned and what it left."""

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

import submission


class Straight(torch.autograd.Function):
    """Rounds, and lets the gradient through three times as large: only autograd knows."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return torch.round(x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        pass

    @staticmethod
    def backward(ctx, grad):
        return 3 * grad


def _mixed(x, a):
    """a (m, n): m outputs, each of all inputs."""
    return torch.sin(a @ x) + (a @ x**2) * x.sum() / 3


FUNCTIONS = {
    "mixed": _mixed,
    "elementwise": lambda x, a: torch.exp(a * x) + x**3,
    "product": lambda x, a: torch.tanh(a @ x) @ a + 0.1,
    "transposed": lambda x, a: (a * x).t() * x.sum(),
    "scalar": lambda x, a: (a * torch.sin(x)).sum() ** 2,
    "fan": lambda x, a: a * x**2 + torch.cos(a) * x,
    "one": lambda x, a: (a * x**3).reshape(1),
    "steep": lambda x, a: torch.sin(30 * (a @ x)),
    "stopped": lambda x, a: (a @ x) * x.detach().sum() + x[0],
    "straight": lambda x, a: Straight.apply(2 * (a @ x)) * (a @ x),
}


def vjp(kind, x, a, v, requires_grad=False, grad=None):
    """The product, and what became of x and v. grad: what x.grad holds before."""
    torch.set_grad_enabled(True)
    x, v_given = x.clone().requires_grad_(requires_grad), v.clone()
    x.grad = None if grad is None else grad.clone()
    before = x.detach().clone()
    result = submission.vjp(lambda point: FUNCTIONS[kind](point, a), x, v_given)
    return {
        "vjp": result,
        "x_kept": torch.equal(x.detach(), before) and x.requires_grad is requires_grad and _same(x.grad, grad),
        "v_kept": torch.equal(v_given.detach(), v) and v_given.grad is None and not v_given.requires_grad,
    }


def network(x, weights, v, requires_grad=False, filled=True, frozen=()):
    """f is a network of two layers whose parameters have a .grad already, or none; frozen: the places of some."""
    torch.set_grad_enabled(True)
    model = nn.Sequential(
        nn.Linear(*weights[0].t().shape, bias=False), nn.Tanh(), nn.Linear(*weights[1].t().shape, bias=False)
    ).to(x.dtype)
    params = list(model.parameters())
    for param, weight in zip(params, weights, strict=True):
        param.data.copy_(weight)
        param.grad = torch.full_like(param, 2.0) if filled else None
    for place in frozen:
        params[place].requires_grad_(False)
    flags = [param.requires_grad for param in params]
    x = x.clone().requires_grad_(requires_grad)
    result = submission.vjp(model, x, v)
    before = [torch.full_like(param, 2.0) if filled else None for param in params]
    changed = sum(not _same(param.grad, old) for param, old in zip(params, before, strict=True))
    return {
        "vjp": result,
        "changed": changed,
        "params_kept": flags == [param.requires_grad for param in params]
        and all(torch.equal(param, weight) for param, weight in zip(params, weights, strict=True)),
        "x_kept": x.requires_grad is requires_grad and x.grad is None,
    }


class _Largest(TorchDispatchMode):
    """The largest number of elements of any operator's result."""

    elements = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        for item in result if isinstance(result, (list, tuple)) else [result]:
            if isinstance(item, torch.Tensor):
                self.elements = max(self.elements, item.numel())
        return result


def watched(x, a, v):
    """How often f ran, how often it was gone through backward, and the largest tensor that was made."""
    torch.set_grad_enabled(True)
    seen = {"forward": 0, "backward": 0}

    def note(grad):
        seen["backward"] += 1

    def f(point):
        seen["forward"] += 1
        y = torch.sin(point.cumsum(0) * a)
        if y.requires_grad:
            y.register_hook(note)
        return y * 2

    with _Largest() as largest:
        result = submission.vjp(f, x, v)
    return seen | {"vjp": result, "largest": largest.elements}


def pair(v):
    """The statement's example."""
    torch.set_grad_enabled(True)
    x = torch.tensor([3.0, 2.0])
    return submission.vjp(lambda x: torch.stack([x[0] * x[1], x[0] ** 2]), x, v)


def cube(v):
    torch.set_grad_enabled(True)
    return submission.vjp(lambda x: x**3, torch.tensor(2.0), v)


def _same(a, b):
    return a is b if a is None or b is None else torch.equal(a, b)
