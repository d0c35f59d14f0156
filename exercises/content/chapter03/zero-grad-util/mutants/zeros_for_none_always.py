# misconception: zeros-for-none
# fails: test_missing_gradients, test_any_gradient, test_after_create_graph, test_parameters_untouched, test_next_backward
import torch


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.grad is None:
            p.grad = torch.zeros_like(p)
        elif set_to_none:
            p.grad = None
        else:
            p.grad.detach_()
            p.grad.zero_()
