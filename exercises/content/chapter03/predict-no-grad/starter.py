def predict(x, a, b):
    """What does the snippet leave behind, for these numbers? Put True or False in place of each None."""
    x_requires_grad = None  # inside
    y_requires_grad = None
    z_requires_grad = None
    p_requires_grad = None
    x_grad = 0.0  # a number, or None
    return x_requires_grad, y_requires_grad, z_requires_grad, p_requires_grad, x_grad
