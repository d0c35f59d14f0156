# why: Forward (1 + lam)·x − lam·x, backward −lam: no hook, no Function.


def reverse(x, lam):
    return x.detach() * (1 + lam) - lam * x
