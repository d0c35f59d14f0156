# misconception: no-detach
# fails: test_gradient_of_f, test_gradient_of_x, test_further_back, test_nothing_touched, test_other_sizes


def consistency(f, x, noise):
    noisy, clean = f(x + noise), f(x)
    clean.register_hook(lambda grad: grad * 0.5)
    return ((noisy - clean) ** 2).mean()
