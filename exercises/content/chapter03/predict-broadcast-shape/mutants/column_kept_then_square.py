# misconception: column-kept
# fails: test_prediction_shape


def predict(n):
    return (n, 1), (n, n), n * n
