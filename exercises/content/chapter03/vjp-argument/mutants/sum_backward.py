# misconception: v-ignored
# fails: test_vector, test_square, test_matrix, test_scalar, test_exact, test_x_untouched, test_parameters_untouched, test_one_backward, test_float32


def vjp(f, x, v):
    x.requires_grad_()
    f(x).sum().backward()
    return x.grad
