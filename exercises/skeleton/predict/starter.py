def predict(x, c):
    """Return (y, x_grad) for the snippet with these numbers."""
    return (None, None)
