def predict(x, k):
    """What does the snippet leave behind, for these numbers? Each answer is a number, or "error"."""
    first = 0.0
    second = 0.0
    third = 0.0
    once = 0.0
    twice = 0.0  # what again() returns
    return first, second, third, once, twice
