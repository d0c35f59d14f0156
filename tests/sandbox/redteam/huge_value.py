# attack: strings and tensors larger than any reply
# layer: values
# outcome: ok
import torch


def double(x):
    return "s" * (8 << 20) if x.dim() == 1 else [torch.zeros(5 << 20, dtype=torch.float64)]
