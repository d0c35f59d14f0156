# misconception: detaches-both
# fails: test_gradient_of_f, test_gradient_of_x, test_further_back, test_nothing_touched, test_other_sizes
import torch


def consistency(f, x, noise):
    with torch.no_grad():
        noisy = f(x + noise)
        target = f(x)
    loss = ((noisy - target) ** 2).mean()
    return loss.requires_grad_()
