# misconception: measured
# fails: test_exact, test_parameters_untouched, test_float32
import torch


def vjp(f, x, v):
    x = x.detach()
    result = torch.zeros_like(x)
    for i in range(x.numel()):
        e = torch.zeros_like(x).view(-1)
        e[i] = 1e-5
        e = e.view(x.shape)
        result.view(-1)[i] = ((f(x + e) - f(x - e)).detach() / 2e-5 * v).sum()
    return result
