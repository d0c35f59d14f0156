# why: Carries the momentum out by hand; the flags follow from one recorded subtraction. Answers as a list.


def predict(start, target, lr):
    buffer = 2 * (start - target)

    def moves(grad):
        return grad is not None and lr * (0.9 * buffer + grad) != 0

    made_by_operation, recorded = True, True
    is_leaf = not (made_by_operation and recorded)
    return [is_leaf, recorded, recorded, moves(None), moves(0.0)]
