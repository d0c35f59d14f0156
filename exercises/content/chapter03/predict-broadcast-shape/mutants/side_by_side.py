# misconception: side-by-side
# fails: test_difference_shape, test_count


def predict(n):
    return (n,), (n, 2), 2 * n
