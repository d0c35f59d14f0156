# misconception: other-leaf
# fails: test_gradient, test_graph


def build(x):
    y = (x + 1).detach().requires_grad_()
    return y * y
