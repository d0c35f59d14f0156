# why: Micro-batches of nearly equal size, in as small a number.
import math

import torch


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad(set_to_none=False)
    parts = math.ceil(len(X) / micro)
    for xb, yb in zip(torch.tensor_split(X, parts), torch.tensor_split(y, parts)):
        loss_fn(model(xb), yb).mul(len(xb)).div(len(X)).backward()
