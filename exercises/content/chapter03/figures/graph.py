"""The nodes and edges behind z = y * y with y = x + 1, and the gradient on each edge."""
import json

import torch

x = torch.tensor(2.0, requires_grad=True)
y = x + 1
z = y * y
root = z.grad_fn
(add, _), (same, _) = root.next_functions
(leaf, _), (constant, _) = add.next_functions
sent = {}
root.register_hook(lambda onward, arrived: sent.update(each=[g.item() for g in onward], start=arrived[0].item()))
add.register_hook(lambda onward, arrived: sent.update(sum=arrived[0].item(), onward=onward[0].item()))
z.backward()
print(json.dumps({
    "root": root.name(), "add": add.name(), "leaf": leaf.name().rpartition("::")[2],
    "shared": add is same, "constant": constant, "leaf_is_x": leaf.variable is x,
    "grad": x.grad.item(), "x": x.item(), "y": y.item(), "z": z.item(), **sent,
}))
