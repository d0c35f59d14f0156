# why: Pushes v forward through the gradient function.
from torch.func import grad, jvp


def hvp(f, x, v):
    return jvp(grad(f), (x,), (v,))[1]
