# misconception: reversed
# fails: test_product, test_doubled, test_positive, test_largest, test_rounded, test_detached, test_inferred


def predict(x, c):
    return False, True, True, True, False, True, True
