# misconception: x-changed
# fails: test_x_requires_grad
import torch


def gp_loss(critic, x, lam):
    z = x if x.is_leaf else x.detach()
    z.requires_grad_(True)
    scores = critic(z)
    (g,) = torch.autograd.grad(scores.sum(), z, create_graph=True)
    slopes = torch.linalg.vector_norm(g, dim=1)
    z.requires_grad_(False)
    return scores.mean() + lam * ((slopes - 1) ** 2).mean()
