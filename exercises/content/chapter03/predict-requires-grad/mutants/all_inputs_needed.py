# misconception: all-inputs-needed
# fails: test_product


def predict(x, c):
    return False, False, False, False, True, False, False
