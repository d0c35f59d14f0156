# attack: NaN and infinities, which no "not larger than" refuses
# layer: checker
# outcome: ok
import torch


def double(x):
    return torch.full_like(x, float("nan") if x.dim() == 1 else float("inf"))
