# misconception: detaches-input
# fails: test_gradient_of_f, test_further_back, test_nothing_touched, test_other_sizes


def consistency(f, x, noise):
    noisy = f(x + noise)
    target = f(x.data)
    return ((noisy - target) ** 2).mean()
