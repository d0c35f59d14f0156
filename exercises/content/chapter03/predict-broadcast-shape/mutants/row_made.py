# misconception: row-made
# fails: test_prediction_shape


def predict(n):
    return (1, n), (n, n), n * n
