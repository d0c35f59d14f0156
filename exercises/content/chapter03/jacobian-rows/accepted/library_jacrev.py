# why: torch.func has it ready-made.
from torch.func import jacrev


def jac(f, x):
    return jacrev(f)(x)
