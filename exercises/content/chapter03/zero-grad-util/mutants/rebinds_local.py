# misconception: rebinds-local
# fails: test_none_mode, test_zeros_mode, test_missing_gradients, test_any_gradient, test_after_create_graph, test_parameters_untouched, test_next_backward
import torch


def zero_grad(params, set_to_none=True):
    for p in params:
        grad = p.grad
        if grad is not None:
            grad = None if set_to_none else torch.zeros_like(grad)
