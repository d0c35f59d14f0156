def predict(start, target, lr):
    """What is true right after the program's last line? Put True or False in place of each None."""
    is_leaf = None
    requires_grad = None
    has_grad_fn = None
    none_moves = None
    zero_moves = None
    return is_leaf, requires_grad, has_grad_fn, none_moves, zero_moves
