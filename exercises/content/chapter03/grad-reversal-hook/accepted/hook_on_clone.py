# why: A hook on a clone; x itself if it needs no gradient.


def reverse(x, lam):
    if not x.requires_grad:
        return x
    y = x.clone()
    y.register_hook(lambda g: g * (-lam))
    return y
