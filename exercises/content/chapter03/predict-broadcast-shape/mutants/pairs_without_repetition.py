# misconception: dimensions-counted
# fails: test_count


def predict(n):
    return (n,), (n, n), n * (n - 1) // 2
