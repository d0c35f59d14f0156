# why: the same numbers from the factored form
def predict(x, c):
    return (x * (x + c), x + (x + c))
