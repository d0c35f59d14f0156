# why: The gradient as a function; the critic is called twice.
import torch


def gp_loss(critic, x, lam):
    g = torch.func.grad(lambda z: critic(z).sum())(x.detach())
    return critic(x).mean() + lam * (g.norm(p=2, dim=-1) - 1).pow(2).mean()
