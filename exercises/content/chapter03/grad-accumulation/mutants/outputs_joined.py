# misconception: one-backward
# fails: test_backward_at_once
import torch


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    outputs = torch.cat([model(xb) for xb in X.split(micro)])
    loss_fn(outputs, y).backward()
