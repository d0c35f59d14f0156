# misconception: other-side
# fails: test_vector, test_square, test_matrix, test_scalar, test_exact, test_x_untouched, test_parameters_untouched, test_one_backward, test_float32
import torch


def vjp(f, x, v):
    return torch.func.jvp(f, (x.detach(),), (v,))[1]
