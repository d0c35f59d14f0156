# misconception: loses-x
# fails: test_gradient_of_x, test_further_back, test_other_sizes


def consistency(f, x, noise):
    x = x.detach().clone().requires_grad_()
    noisy = f(x + noise)
    target = f(x).detach()
    return ((noisy - target) ** 2).mean()
