"""Eight steps of gradient descent on w², from w = 2, for each learning rate of the slider."""
import json

import torch

STEPS = 8
paths = {}
for percent in range(5, 111, 5):
    w = torch.tensor(2.0, requires_grad=True, dtype=torch.float64)
    path = [w.item()]
    for _ in range(STEPS):
        w.grad = None
        (w**2).backward()
        with torch.no_grad():
            w -= percent / 100 * w.grad
        path.append(w.item())
    paths[f"{percent / 100:.2f}"] = path
print(json.dumps({"paths": paths, "slow": "0.05", "good": "0.40", "diverging": "1.05"}))
