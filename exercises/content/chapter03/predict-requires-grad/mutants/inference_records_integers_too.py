# misconception: inference-mode-records
# fails: test_positive, test_largest, test_inferred


def predict(x, c):
    return True, False, True, True, True, False, True
