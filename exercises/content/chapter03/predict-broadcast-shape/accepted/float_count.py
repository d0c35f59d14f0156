# why: The count as a float, which is the same number.


def predict(n):
    return (n,), (n,) * 2, float(n) ** 2
