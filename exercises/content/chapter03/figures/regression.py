"""The regression of section 3.5, trained with the wrong shapes and with the right ones."""
import json

import torch

torch.manual_seed(42)
X = torch.randn(100, 1)
y = 2 * X + 5 + torch.randn(100, 1)


def train(w, b):
    losses = []
    optimizer = torch.optim.SGD([w, b], lr=0.1)
    for _ in range(100):
        loss = ((torch.matmul(X, w) + b - y) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"w": w.item(), "b": b.item(), "losses": [float(f"{loss:.6g}") for loss in losses]}


print(json.dumps({
    "x": [round(value, 4) for value in X.flatten().tolist()],
    "y": [round(value, 4) for value in y.flatten().tolist()],
    "mean": y.mean().item(),
    "wrong": train(torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)),
    "right": train(torch.zeros(1, 1, requires_grad=True), torch.zeros(1, requires_grad=True)),
}))
