# misconception: one-mode
# fails: test_none_mode, test_missing_gradients, test_any_gradient, test_after_create_graph, test_parameters_untouched
import torch


def zero_grad(params, set_to_none=True):
    for p in params:
        if p.grad is not None:
            p.grad = torch.zeros_like(p)
