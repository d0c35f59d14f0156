# misconception: dimension-added
# fails: test_prediction_shape, test_difference_shape


def predict(n):
    return (n, 1), (n, n, 1), n * n
