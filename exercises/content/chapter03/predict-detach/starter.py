def predict(x, k, c, a, b):
    """What does the snippet leave behind, for these numbers?"""
    y = 0.0  # y.item()
    z_requires_grad = None  # z.requires_grad: True or False
    x_grad = 0.0  # x.grad: a number, or None
    return y, z_requires_grad, x_grad
