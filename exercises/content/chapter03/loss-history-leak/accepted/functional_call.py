# why: functional_call with detached parameters, and a small class that keeps the mean.
import torch
from torch.func import functional_call


class Meter:
    def __init__(self):
        self.sum, self.n = 0.0, 0

    def update(self, v, n):
        self.sum += v * n
        self.n += n

    @property
    def mean(self):
        return self.sum / self.n


def evaluate_all(model, batches, loss_fn):
    meter = Meter()
    params = {k: v.detach() for k, v in model.named_parameters()}
    for X, y in batches:
        meter.update(loss_fn(functional_call(model, params, (X,)), y).tolist(), len(y))
    return meter.mean
