# why: Adds what each edge brings; answers as a list, and takes the numbers in any order.


def predict(**numbers):
    y = sum(numbers.values())
    edges = [y, y]
    return [sum(edges), None, None]
