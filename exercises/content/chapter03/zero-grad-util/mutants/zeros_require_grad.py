# misconception: keeps-graph
# fails: test_zeros_mode, test_missing_gradients, test_any_gradient, test_after_create_graph, test_parameters_untouched
import torch


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.grad is not None:
            p.grad = None if set_to_none else torch.zeros_like(p, requires_grad=True)
