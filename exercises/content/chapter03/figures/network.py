"""Values and gradients of one pass through a network of two hidden units, of which one is off."""
import json

import torch

x = torch.tensor([1.0, 2.0])
W = torch.tensor([[0.5, 1.0], [1.0, -1.5]], requires_grad=True)
v = torch.tensor([2.0, 1.0], requires_grad=True)
y = 4.0

h = torch.relu(W @ x)
p = v @ h
loss = (p - y) ** 2
for tensor in (h, p, loss):
    tensor.retain_grad()
loss.backward()
assert x.grad is None
print(json.dumps({
    "x": x.tolist(), "W": W.tolist(), "v": v.tolist(), "y": y,
    "h": h.tolist(), "p": p.item(), "loss": loss.item(),
    "grad": {"h": h.grad.tolist(), "p": p.grad.item(), "loss": loss.grad.item(),
             "W": W.grad.tolist(), "v": v.grad.tolist()},
}))
