# misconception: one-mode
# fails: test_zeros_mode, test_missing_gradients, test_any_gradient, test_after_create_graph, test_parameters_untouched


def zero_grad(params, set_to_none=True):
    for p in params:
        p.grad = None
