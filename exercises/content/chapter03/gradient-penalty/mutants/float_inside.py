# misconception: dtype
# fails: test_exact
import torch


def gp_loss(critic, x, lam):
    z = x.detach().requires_grad_()
    scores = critic(z)
    (g,) = torch.autograd.grad(scores.sum(), z, create_graph=True)
    slopes = g.float().norm(dim=1).to(x.dtype)
    return scores.mean() + lam * ((slopes - 1) ** 2).mean()
