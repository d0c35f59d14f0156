# misconception: dimension-added
# fails: test_difference_shape


def predict(n):
    return (n,), (n * n,), n * n
