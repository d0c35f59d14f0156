# attack: a tensor of a terabyte that is one number seen through strides of zero
# layer: values
# outcome: ok
import torch


def double(x):
    return torch.zeros(1).expand(1 << 38)
