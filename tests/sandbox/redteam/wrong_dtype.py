# attack: the right numbers in another dtype
# layer: checker
# outcome: ok
import torch


def double(x):
    return (x * 2).to(torch.float32) if x.dim() == 1 else (x * 2).to(torch.complex128)
