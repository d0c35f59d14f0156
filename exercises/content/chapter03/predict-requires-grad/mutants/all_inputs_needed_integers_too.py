# misconception: all-inputs-needed
# fails: test_product, test_positive, test_largest


def predict(x, c):
    return False, False, True, True, True, False, False
