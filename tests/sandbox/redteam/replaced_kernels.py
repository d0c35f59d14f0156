# attack: replace torch's own kernels in the dispatcher
# layer: checker
# outcome: ok, exited, crashed
import torch

library = torch.library.Library("aten", "IMPL")
for name, function in (("equal", lambda a, b: True), ("isfinite", lambda a: torch.ones(a.shape, dtype=torch.bool))):
    try:
        library.impl(name, function, "CPU")
    except RuntimeError:
        pass


def double(x):
    return x
