import torch


def clip_(params, max_norm):
    """Scale all gradients by one factor, in place, so that their joint 2-norm is at most max_norm.

    params    list of parameters; .grad may be None
    max_norm  positive number
    returns   the norm before, as a Python float
    """
    # 1. One norm over all gradients.
    # 2. Is there anything to do?
    # 3. The same factor for every gradient, in place.
    return 0.0
