# misconception: other-leaf
# fails: test_gradient, test_graph


def build(x):
    x = x.detach().requires_grad_()
    y = x + 1
    return y * y
