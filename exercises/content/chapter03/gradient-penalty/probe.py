"""A critic, the loss that gp_loss() made of it, the gradients of that loss, and what became of all that took part."""

import warnings

import torch
from torch import nn

import submission

ACTIVATIONS = {"tanh": torch.tanh, "sin": torch.sin, "relu": torch.relu}


class Critic(nn.Module):
    """score = a · activation(W x + b) + c for each row x; as a column (N, 1) or as (N,)."""

    def __init__(self, weights, activation, column):
        super().__init__()
        self.W, self.b, self.a, self.c = (nn.Parameter(weights[name].clone()) for name in "Wbac")
        self.activation, self.column, self.calls = ACTIVATIONS[activation], column, 0

    def forward(self, x):
        self.calls += 1
        scores = self.activation(x @ self.W.T + self.b) @ self.a + self.c
        return scores[:, None] if self.column else scores


class Bowl(nn.Module):
    """The statement's example."""

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.tensor(1.0))

    def forward(self, x):
        return self.w * (x**2).sum(1) / 2


def loss(weights, x, lam, activation="tanh", column=True, backward=False):
    """The loss; with `backward` also the gradients that it leaves in the critic's parameters."""
    torch.set_grad_enabled(True)
    critic = Critic(weights, activation, column)
    result = submission.gp_loss(critic, x.clone(), lam)
    seen = {"loss": _plain(result), "calls": critic.calls}
    if backward:
        seen["differentiable"] = isinstance(result, torch.Tensor) and result.requires_grad
        if seen["differentiable"]:
            result.backward()
        seen["grads"] = {name: param.grad for name, param in critic.named_parameters()}
    return seen


def traces_in_x(weights, x, lam, given="plain", old_grad=None):
    """What became of x.

    given: x is "plain" (no gradient), a "leaf" that requires one, or a "result" of another leaf; old_grad: the leaf's
    .grad before the call.
    """
    torch.set_grad_enabled(True)
    critic = Critic(weights, "tanh", True)
    leaf = x.clone().requires_grad_(given != "plain")
    leaf.grad = None if old_grad is None else old_grad.clone()
    point = leaf * 1 if given == "result" else leaf
    result = submission.gp_loss(critic, point, lam)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a result's .grad is None, with a warning
        own = point.grad
    return {
        "loss": _plain(result),
        "x": point.detach(),
        "requires_grad": point.requires_grad,
        "is_leaf": point.is_leaf,
        "retains_grad": point.retains_grad,
        "grad": None if own is None else own.detach(),
        "leaf_grad": None if leaf.grad is None else leaf.grad.detach(),
        "graph_of_x": torch.autograd.grad(point.sum(), leaf)[0] if given == "result" and not point.is_leaf else None,
    }


def traces_in_critic(weights, x, lam, leftover=None, frozen=(), training=True):
    """What became of the critic before anyone calls backward(), and the gradients that backward() then adds.

    leftover: the parameters' .grad before the call; frozen: the names of those that require no grad.
    """
    torch.set_grad_enabled(True)
    critic = Critic(weights, "tanh", False).train(training)
    params = dict(critic.named_parameters())
    for name, param in params.items():
        param.requires_grad_(name not in frozen)
        param.grad = leftover[name].clone() if leftover and name not in frozen else None
    result = submission.gp_loss(critic, x.clone(), lam)
    seen = {
        "loss": _plain(result),
        "params": {name: param.detach().clone() for name, param in params.items()},
        "flags": {name: param.requires_grad for name, param in params.items()},
        "grads": {name: None if param.grad is None else param.grad.detach().clone() for name, param in params.items()},
        "training": critic.training,
    }
    if isinstance(result, torch.Tensor) and result.requires_grad:
        result.backward()
    seen["grads_after"] = {name: param.grad for name, param in params.items()}
    return seen


def bowl(x, lam):
    """The statement's example: the loss and w.grad."""
    torch.set_grad_enabled(True)
    critic, x = Bowl(), x.clone()
    result = submission.gp_loss(critic, x, lam)
    seen = {"loss": _plain(result), "w_grad_before": critic.w.grad, "requires_grad": x.requires_grad}
    if isinstance(result, torch.Tensor) and result.requires_grad:
        result.backward()
    return seen | {"w_grad": critic.w.grad}


def _plain(result):
    return result.detach() if isinstance(result, torch.Tensor) else result
