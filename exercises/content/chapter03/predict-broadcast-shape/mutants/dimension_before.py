# misconception: dimension-added
# fails: test_difference_shape


def predict(n):
    return (n,), (1, n, n), n * n
