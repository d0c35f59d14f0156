# misconception: none-breaks
# fails: test_first, test_second, test_third, test_once


def predict(x, k):
    return "error", "error", "error", "error", "error"
