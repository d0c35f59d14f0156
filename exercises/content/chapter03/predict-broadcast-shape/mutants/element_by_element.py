# misconception: element-by-element
# fails: test_difference_shape, test_count


def predict(n):
    return (n,), (n,), n
