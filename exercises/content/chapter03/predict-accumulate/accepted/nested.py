# why: The answers in two groups, as the two halves of the program suggest, with the error's name cut short.


def predict(x, k):
    g = (x + x) * k
    return (g, g + g, g), (g, "err")
