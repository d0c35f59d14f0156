# misconception: touches-parameter
# fails: test_parameters_untouched, test_next_backward
import torch


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.grad is None:
            continue
        if set_to_none:
            p.grad = None
        else:
            p.data.zero_()
            p.grad = torch.zeros_like(p)
