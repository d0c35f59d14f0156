# misconception: zeros-for-none
# fails: test_missing_gradients, test_after_create_graph, test_parameters_untouched, test_next_backward
import torch


def zero_grad(params, set_to_none=True):
    for p in params:
        p.grad = None if set_to_none else torch.zeros_like(p)
