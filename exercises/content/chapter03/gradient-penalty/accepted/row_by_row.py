# why: A loop over the rows is slow and only worth advice.
import torch


def gp_loss(critic, x, lam):
    total = 0.0
    for row in x.detach().split(1):
        z = row.clone().requires_grad_()
        score = critic(z).sum()
        (g,) = torch.autograd.grad(score, z, create_graph=True)
        total = total + score + lam * (g.norm() - 1) ** 2
    return total / len(x)
