# misconception: leaf-with-history
# fails: test_is_leaf


def predict(start, target, lr):
    return True, True, True, False, True
