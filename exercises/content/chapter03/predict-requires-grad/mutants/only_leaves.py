# misconception: only-leaves
# fails: test_product, test_rounded


def predict(x, c):
    return False, False, False, False, False, False, False
