import torch


def gp_loss(critic, x, lam):
    """The mean score plus lam times the gradient penalty.

    critic  torch.nn.Module: (N, d) to one score for each row, (N,) or (N, 1)
    x       (N, d) tensor, with or without requires_grad; stays as it is
    lam     a number
    returns a 0-d tensor from which backward() can be called
    """
    z = x.detach().requires_grad_()
    scores = critic(z)
    (g,) = torch.autograd.grad(scores.sum(), z)  # will the loss remember how this was computed?
    penalty = 0.0  # 1. how far is each row's slope from 1?
    return scores.mean() + lam * penalty
