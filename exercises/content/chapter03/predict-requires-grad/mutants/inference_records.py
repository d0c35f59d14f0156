# misconception: inference-mode-records
# fails: test_inferred


def predict(x, c):
    return True, False, False, False, True, False, True
