def predict(x, c):
    return (x * x + c * x, 2 * x + c)
