"""What detach() and no_grad() leave of a graph."""
import json

import torch


def name(tensor):
    return tensor.grad_fn.name() if tensor.grad_fn else None


x = torch.tensor(2.0, requires_grad=True)
y = x * 2
z = y.detach()
w = z * 3
with torch.no_grad():
    silent = x * 2
after = x * 3
print(json.dumps({
    "mul": name(y), "z_fn": name(after), "detached_fn": name(z), "w_fn": name(w), "y_fn": name(silent),
    "one_memory": y.data_ptr() == z.data_ptr(),
}))
