# misconception: column-kept
# fails: test_prediction_shape, test_difference_shape, test_count


def predict(n):
    return (n, 1), (n, 1), n
