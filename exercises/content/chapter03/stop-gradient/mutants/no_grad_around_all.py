# misconception: detaches-both
# fails: test_value, test_gradient_of_f, test_gradient_of_x, test_two_calls, test_further_back, test_nothing_touched, test_other_sizes
import torch


def consistency(f, x, noise):
    with torch.no_grad():
        noisy = f(x + noise)
        target = f(x)
        return ((noisy - target) ** 2).mean()
