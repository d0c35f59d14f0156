# why: An ExitStack remembers what to undo.
import torch
from contextlib import ExitStack


def evaluate(model, X, y):
    with ExitStack() as stack:
        stack.callback(model.train, model.training)
        model.eval()
        stack.enter_context(torch.inference_mode())
        errors = (model.forward(X) - y).double().flatten().tolist()
    return sum(e * e for e in errors) / len(errors)
