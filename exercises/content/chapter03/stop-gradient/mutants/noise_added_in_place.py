# misconception: touches-arguments
# fails: test_gradient_of_x, test_further_back, test_nothing_touched, test_other_sizes


def consistency(f, x, noise):
    target = f(x).detach()
    x = x.data.add_(noise) if x.requires_grad else x.add_(noise)
    noisy = f(x)
    return ((noisy - target) ** 2).mean()
