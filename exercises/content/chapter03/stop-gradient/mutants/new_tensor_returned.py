# misconception: number-returned
# fails: test_gradient_of_f, test_gradient_of_x, test_further_back, test_nothing_touched, test_other_sizes
import torch


def consistency(f, x, noise):
    noisy = f(x + noise)
    target = f(x).detach()
    loss = ((noisy - target) ** 2).mean()
    return torch.tensor(loss.item(), dtype=x.dtype, requires_grad=True)
