# why: A context manager for the flags, and a closure for the optimizer.
import torch
from contextlib import contextmanager


@contextmanager
def frozen(layer):
    saved = {p: p.requires_grad for p in layer.parameters()}
    layer.requires_grad_(False)
    try:
        yield
    finally:
        for p, f in saved.items():
            p.requires_grad = f


def step_frozen(model, i, opt, X, y):
    model.zero_grad()
    with frozen(model[i]):

        def closure():
            loss = ((model(X) - y) ** 2).mean()
            loss.backward()
            return loss

        opt.step(closure)
