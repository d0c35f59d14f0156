# misconception: side-by-side
# fails: test_difference_shape, test_count


def predict(n):
    return (n,), (2 * n,), 2 * n
