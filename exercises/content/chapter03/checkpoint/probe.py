"""Blocks that note each call, beside a count of the elements that are alive; what forward() gave and left behind."""

import gc

import torch
from torch import nn
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode

import submission

CALLS = []  # the index of each block that was called
ALIVE = []  # how many elements were alive at these calls, while somebody counts
COUNTING = []  # who counts


class Alive(TorchDispatchMode):
    """Counts the elements of the floating-point tensors that were made inside and are still in memory."""

    def __init__(self, blocks, x):
        super().__init__()
        self.blocks = blocks
        self.older = {_address(tensor) for tensor in (x, *_parameters(blocks))}
        self.made = {}

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        for tensor in result if isinstance(result, tuple | list) else [result]:
            if isinstance(tensor, torch.Tensor) and tensor.is_floating_point():
                storage = tensor.untyped_storage()
                if storage._cdata not in self.older:
                    self.made[storage._cdata] = StorageWeakRef(storage), storage.nbytes() // tensor.element_size()
        return result

    def count(self):
        """The parameters' .grad do not count: everybody needs them."""
        gc.collect()
        grads = {_address(param.grad) for param in _parameters(self.blocks) if param.grad is not None}
        return sum(size for key, (ref, size) in self.made.items() if key not in grads and not ref.expired())


class Block(nn.Module):
    """linear, tanh, dropout, linear; notes each call."""

    def __init__(self, index, inner, inner_bias, outer, outer_bias, dropout):
        super().__init__()
        self.index = index
        self.inner, self.inner_bias = nn.Parameter(inner.clone()), nn.Parameter(inner_bias.clone())
        self.outer, self.outer_bias = nn.Parameter(outer.clone()), nn.Parameter(outer_bias.clone())
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        CALLS.append(self.index)
        if COUNTING:
            ALIVE.append(COUNTING[-1].count())
        return self.dropout(torch.tanh(x @ self.inner + self.inner_bias)) @ self.outer + self.outer_bias


def run(
    weights, x, upstream, order=None, dropout=0.0, seed=0, needs_grad=True, leftover=None, training=True, plain=False
):
    """Forward and backward. order: which block at which place. leftover: what every .grad holds before."""
    blocks = _blocks(weights, order, dropout, training)
    x = x.clone().requires_grad_(needs_grad)
    if leftover is not None:
        for param in _parameters(blocks):
            param.grad = torch.full_like(param, leftover)
    before = {} if plain else _state(blocks, x)  # nobody asks what the plain loop left behind
    _seed(seed)
    y = _forward(plain)(blocks, x)
    went, recording = len(CALLS), torch.is_grad_enabled()
    torch.set_grad_enabled(True)
    draw = torch.rand(3)
    if isinstance(y, torch.Tensor):
        y.backward(upstream)
    after = {} if plain else _state(blocks, x)
    changed = [name for name in before if not _same(before[name], after[name])]
    return {
        "y": y,
        "grads": _grads(blocks),
        "x.grad": x.grad,
        "forward": CALLS[:went],
        "backward": CALLS[went:],
        "drawn": [draw, torch.rand(3)],
        "changed": changed if recording else [*changed, "torch.is_grad_enabled()"],
    }


def returned(weights, x, upstream, needs_grad, dropout=0.0, seed=0, plain=False):
    """What torch.autograd.grad returns, and whether any .grad was written."""
    blocks = _blocks(weights, None, dropout, True)
    x = x.clone().requires_grad_(needs_grad)
    _seed(seed)
    y = _forward(plain)(blocks, x)
    grads = torch.autograd.grad(y, [*([x] if needs_grad else []), *_parameters(blocks)], upstream)
    return {"grads": list(grads), "written": any(param.grad is not None for param in (x, *_parameters(blocks)))}


def unrecorded(weights, x):
    blocks = _blocks(weights, None, 0.0, True)
    with torch.no_grad():
        y = submission.forward(blocks, x)
    return {"y": y, "requires_grad": bool(getattr(y, "requires_grad", None)), "calls": CALLS}


def two_calls(weights, x, z, upstream, dropout, seed, plain=False):
    """Two graphs at once, the first one going backward first, then a call on another's output."""
    blocks = _blocks(weights, None, dropout, True)
    x, z = x.clone().requires_grad_(), z.clone().requires_grad_()
    _seed(seed)
    forward = _forward(plain)
    first, second = forward(blocks, x), forward(blocks, z)
    first.backward(upstream)
    second.backward(upstream)
    forward(blocks, forward(blocks, x * 0.5)).backward(upstream)
    return {"x.grad": x.grad, "z.grad": z.grad, "grads": _grads(blocks)}


def second_order(weights, x, upstream, along, plain=False):
    """The gradient by x of a directional derivative of the output."""
    blocks = _blocks(weights, None, 0.0, True)
    x = x.clone().requires_grad_()
    (first,) = torch.autograd.grad(_forward(plain)(blocks, x), x, upstream, create_graph=True)
    return torch.autograd.grad((first * along).sum(), x)[0]


def kept(weights, x, upstream, plain=False):
    """Elements alive after the forward pass, and when blocks start in backward."""
    blocks, given = _blocks(weights, None, 0.0, True), x.clone().requires_grad_()
    with Alive(blocks, given) as alive:
        y = _forward(plain)(blocks, given)
        after = alive.count()
        COUNTING.append(alive)
        try:
            y.backward(upstream)
        finally:
            COUNTING.clear()
    return {"alive": after, "backward": ALIVE, "grads": _grads(blocks)}


def measured(weights, x, upstream):
    """For the public tests: plain and yours, and says so."""
    plain, yours = kept(weights, x, upstream, plain=True)["alive"], kept(weights, x, upstream)["alive"]
    print(f"alive after the forward pass: {plain} elements plain, {yours} with yours")
    return {"plain": plain, "yours": yours}


def _forward(plain):
    """The submission's, or the plain loop: whoever wants the right numbers pays for no second run of the blocks."""
    return _plain if plain else submission.forward


def _plain(blocks, x):
    for block in blocks:
        x = block(x)
    return x


def _seed(seed):
    """As torch.manual_seed, which also looks for every kind of device, and takes longer than a block."""
    torch.default_generator.manual_seed(seed)


def _blocks(weights, order, dropout, training):
    torch.set_grad_enabled(True)
    CALLS.clear()
    ALIVE.clear()
    made = [Block(index, *tensors, dropout).train(training) for index, tensors in enumerate(weights)]
    return made if order is None else [made[index] for index in order]


def _parameters(blocks):
    return list(dict.fromkeys(param for block in blocks for param in block.parameters()))


def _grads(blocks):
    return [param.grad for param in _parameters(blocks)]


def _address(tensor):
    return tensor.untyped_storage()._cdata


def _state(blocks, x):
    modules = [module for block in blocks for module in block.modules()]
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return {
        "x": [x.detach().clone(), x.requires_grad],
        "parameters": [param.detach().clone() for param in _parameters(blocks)],
        "requires_grad": [param.requires_grad for param in _parameters(blocks)],
        "block.training": [module.training for module in modules],
        "hooks": [len(getattr(module, kind)) for module in modules for kind in hooks],
        "blocks": [id(block) for block in blocks],
    }


def _same(before, after):
    return len(before) == len(after) and all(
        torch.equal(a, b) if isinstance(a, torch.Tensor) else a == b for a, b in zip(before, after, strict=True)
    )
