"""Builds small networks, calls activation_grads() and looks at what it returned and what it left behind."""

import torch
from torch import nn

import submission

HOOKS = (
    "_forward_hooks",
    "_forward_pre_hooks",
    "_backward_hooks",
    "_backward_pre_hooks",
)


class Counted(nn.Linear):
    """A linear layer that counts its calls."""

    calls = 0

    def reset_parameters(self):
        """Whoever makes one gives it its numbers: drawing others first takes longer than the layer's work."""

    def forward(self, h):
        self.calls += 1
        return super().forward(h)


def network(sizes, weights, biases, between, x, target, leftover=None, shared=False):
    """Linear layers with `between` after each but the last; loss: weighted squares of h − target.

    between: "tanh", "relu", "sigmoid", "identity" or "" for none. shared: one module for all of these places.
    """
    torch.set_grad_enabled(True)
    layers = _layers(sizes, weights, biases, between, x.dtype, shared)
    params = [param for layer in layers for param in layer.parameters()]
    for param, grad in zip(params, leftover or [], strict=False):
        param.grad = grad.clone()
    before = _state(layers)
    x_before = x.clone()
    answer = submission.activation_grads(list(layers), x, _loss(target))
    return {
        "grads": _as_list(answer),
        "params": [param.grad for param in params],
        "flags_kept": _state(layers) == before and all(map(_is_plain, layers)),
        "hooks": _count_hooks(layers),
        "x_same": torch.equal(x, x_before),
        "x_flagged": x.requires_grad or x.grad is not None or bool(x._backward_hooks),
        "calls": sum(layer.calls for layer in layers if isinstance(layer, Counted)),
    }


def twice(sizes, weights, biases, between, x, other, target):
    """Two calls with the same layers and two inputs, then a forward and backward pass of someone else's."""
    torch.set_grad_enabled(True)
    layers = _layers(sizes, weights, biases, between, x.dtype, False)
    first = submission.activation_grads(list(layers), x, _loss(target))
    kept = [grad.clone() if isinstance(grad, torch.Tensor) else grad for grad in _as_list(first)]
    second = submission.activation_grads(list(layers), other, _loss(target))
    h = x
    for layer in layers:
        h = layer(h)
    _loss(target)(h).backward()
    return {"first": kept, "first_later": _as_list(first), "second": _as_list(second)}


def chain(weights, x, target):
    """For the public tests: linear layers 1 to 1 without bias."""
    torch.set_grad_enabled(True)
    layers = []
    for weight in weights:
        layer = nn.Linear(1, 1, bias=False)
        layer.weight.data.fill_(weight)
        layers.append(layer)
    answer = submission.activation_grads(layers, x, lambda h: ((h - target) ** 2).sum())
    return {"grads": _as_list(answer), "params": [layer.weight.grad for layer in layers]}


def _layers(sizes, weights, biases, between, dtype, shared):
    makers = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid, "identity": nn.Identity}
    one = makers[between]() if between else None
    layers = []
    for index, (inputs, outputs) in enumerate(zip(sizes, sizes[1:], strict=False)):
        if index and between:
            layers.append(one if shared else makers[between]())
        layer = Counted(inputs, outputs, dtype=dtype)
        with torch.no_grad():
            layer.weight.copy_(weights[index])
            layer.bias.copy_(biases[index])
        layers.append(layer)
    return layers


def _loss(target):
    """A row's weight grows with its number, so that rows and elements are told apart."""

    def loss_fn(h):
        rows = torch.arange(1, len(h) + 1, dtype=h.dtype).reshape(-1, 1)
        return (rows * (h - target) ** 2).sum() / 3 + h.mean()

    return loss_fn


def _as_list(answer):
    return list(answer) if isinstance(answer, (list, tuple)) else answer


def _state(layers):
    return [
        (layer.training, [(name, p.requires_grad, p.is_leaf, p.detach().tolist()) for name, p in layer.named_parameters()])
        for layer in layers
    ]


def _is_plain(layer):
    """Its forward is still that of its class."""
    return "forward" not in vars(layer) and "__call__" not in vars(layer)


def _count_hooks(layers):
    on_layers = sum(len(getattr(layer, name, None) or ()) for layer in layers for name in HOOKS)
    params = [param for layer in layers for param in layer.parameters()]
    on_params = sum(len(param._backward_hooks or ()) for param in params)
    after = sum(len(getattr(param, "_post_accumulate_grad_hooks", None) or ()) for param in params)
    module = nn.modules.module
    everywhere = len(module._global_forward_hooks) + len(module._global_backward_hooks)
    return on_layers + on_params + after + everywhere
