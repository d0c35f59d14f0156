# why: Evaluates a copy: wasteful, but the original is never touched at all.
import torch
import copy


def evaluate(model, X, y):
    with torch.no_grad():
        prediction = copy.deepcopy(model).eval()(X)
    return torch.mean(torch.square(prediction - y)).item()
