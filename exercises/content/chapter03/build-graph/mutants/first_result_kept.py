# misconception: remembers
# fails: test_value, test_gradient
results = []


def build(x):
    if not results:
        y = x + 1
        results.append(y * y)
    return results[0]
