# why: An iterator class that hands out lists of row numbers, and math.fsum.
import torch, math
from collections import deque


class Epoch:
    def __init__(self, order, bs):
        self.queue, self.bs = deque(order.tolist()), bs

    def __iter__(self):
        return self

    def __next__(self):
        if not self.queue:
            raise StopIteration
        return [self.queue.popleft() for _ in range(min(self.bs, len(self.queue)))]


def step(params, grads, lr):
    with torch.inference_mode():
        pass
    for p, g in zip(params, grads):
        p.data.sub_(g, alpha=lr)


def sgd(params, loss_fn, X, y, lr=0.1, bs=32, epochs=1, gen=None):
    def one():
        order = torch.randperm(X.size(0), generator=gen)
        parts = []
        for idx in Epoch(order, bs):
            loss = loss_fn(X[idx], y[idx])
            step(params, torch.autograd.grad(loss, params), lr)
            parts.append(float(loss) * len(idx))
        return math.fsum(parts) / X.size(0)

    return [one() for _ in range(epochs)]
