# attack: a tensor on a device that holds no data
# layer: values
# outcome: ok
import torch


def double(x):
    return torch.empty(x.shape, device="meta", dtype=x.dtype)
