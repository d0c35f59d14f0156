# misconception: raises
# fails: test_difference_shape, test_count


def predict(n):
    return (n,), "error", "error"
