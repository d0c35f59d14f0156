# why: Works on x itself and puts its flag back.
import torch


def gp_loss(critic, x, lam):
    had = x.requires_grad
    if not had:
        x.requires_grad_()
    try:
        scores = critic(x)
        (g,) = torch.autograd.grad(scores.sum(), x, create_graph=True)
    finally:
        if not had:
            x.requires_grad_(False)
    return scores.mean() + lam * ((g.norm(dim=1) - 1) ** 2).mean()
