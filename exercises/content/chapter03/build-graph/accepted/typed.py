# why: Annotations, an assertion, and grad mode made sure of.
import torch
from torch import Tensor


@torch.enable_grad()
def build(x: Tensor) -> Tensor:
    assert x.requires_grad and x.is_leaf
    shifted: Tensor = x + torch.tensor(1, dtype=x.dtype)
    return torch.multiply(input=shifted, other=shifted)
