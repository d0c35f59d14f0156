# misconception: cuts-forgotten
# fails: test_detached, test_inferred


def predict(x, c):
    return True, False, False, False, True, True, True
