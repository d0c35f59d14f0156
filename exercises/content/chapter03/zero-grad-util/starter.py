import torch


def zero_grad(params, set_to_none=True):
    """Clear the gradient of every parameter.

    params       list of leaf tensors
    set_to_none  True: .grad becomes None; False: it becomes zeros, where there was a gradient
    """
    for p in params:
        p.grad.zero_()
