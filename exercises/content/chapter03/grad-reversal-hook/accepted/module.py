# why: A full backward hook of a small module.
import torch


def reverse(x, lam):
    if not x.requires_grad:
        return x.clone()
    passing = torch.nn.Identity()
    passing.register_full_backward_hook(lambda module, grad_in, grad_out: (-lam * grad_in[0],))
    return passing(x)
