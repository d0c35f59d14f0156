# misconception: remembers
# fails: test_gradient
results = {}


def build(x):
    if id(x) not in results:
        y = x + 1
        results[id(x)] = (x, y * y)
    return results[id(x)][1]
