# misconception: other-side
# fails: test_vector, test_square, test_matrix, test_scalar, test_exact, test_x_untouched, test_parameters_untouched, test_one_backward, test_float32
import torch


def vjp(f, x, v):
    J = torch.autograd.functional.jacobian(f, x.detach())
    return (J.reshape(v.numel(), -1) @ v.reshape(-1)).reshape(x.shape)
