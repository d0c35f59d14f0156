# misconception: row-loop
# fails: test_one_forward
import copy

import torch


def per_sample(model, loss_fn, X, y):
    twin = copy.deepcopy(model)
    result = {n: [] for n, _ in twin.named_parameters()}
    for i in range(len(X)):
        twin.zero_grad()
        loss_fn(twin(X[i : i + 1]), y[i : i + 1]).backward()
        for n, p in twin.named_parameters():
            result[n].append(p.grad)
    return {n: torch.stack(gs) for n, gs in result.items()}
