# misconception: dimensions-counted
# fails: test_count


def predict(n):
    return (n,), (n, n), 2 * n
