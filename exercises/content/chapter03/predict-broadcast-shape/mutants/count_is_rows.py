# misconception: count-is-rows
# fails: test_count


def predict(n):
    return (n,), (n, n), n
