def predict(x, c):
    """What does the snippet leave behind, for these numbers?"""
    x_grad = 0.0  # x.grad: a number, or None
    y_grad = 0.0  # y.grad: a number, or None
    z_grad = 0.0  # z.grad: a number, or None
    return x_grad, y_grad, z_grad
