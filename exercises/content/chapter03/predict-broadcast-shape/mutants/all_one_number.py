# misconception: scalar-product
# fails: test_prediction_shape, test_difference_shape, test_count


def predict(n):
    return (), (), 1
