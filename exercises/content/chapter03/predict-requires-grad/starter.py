def predict(x, c):
    """Which of the seven results require grad? Put True or False in place of each None."""
    product = None
    doubled = None
    positive = None
    largest = None
    rounded = None
    detached = None
    inferred = None
    return product, doubled, positive, largest, rounded, detached, inferred
