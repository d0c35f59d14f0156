# why: Multiplies past autograd on a copy and makes up for it in the gradient.
import torch


def scaled_sigmoid(x, k):
    s = torch.sigmoid(x)
    out = s.clone()
    if s.requires_grad:
        s.register_hook(lambda grad: grad * k)
    out.data.mul_(k)
    return out
