# why: The square multiplied out; x's own graph, if it has one, is used.
import torch


def gp_loss(critic, x, lam):
    z = x.clone() if x.requires_grad else x.clone().requires_grad_()
    scores = critic(z).view(-1)
    (g,) = torch.autograd.grad(scores.sum(), z, create_graph=True)
    slopes = g.norm(dim=1)
    return (scores + lam * (g * g).sum(1) - 2 * lam * slopes + lam).mean()
