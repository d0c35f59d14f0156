"""The slope of x² at 2, and what a whole step gains."""
import json

import torch


def f(x):
    return x**2


x = torch.tensor(2.0, requires_grad=True)
f(x).backward()
xs = torch.linspace(-1, 3.2, 43)
print(json.dumps({
    "slope": x.grad.item(),
    "gain": f(3.0) - f(2.0),
    "curve": [xs.tolist(), f(xs).tolist()],
}))
