# why: A context manager of one's own does the restoring.
import torch
from contextlib import contextmanager


@contextmanager
def eval_mode(model):
    was_training = model.training
    model.train(False)
    try:
        yield model
    finally:
        model.train(was_training)


def evaluate(model, X, y):
    with eval_mode(model) as m, torch.set_grad_enabled(False):
        error = m(X) - y
    return (error.square().sum() / error.numel()).item()
