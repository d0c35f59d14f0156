# misconception: x-changed
# fails: test_x_untouched
import torch


def gp_loss(critic, x, lam):
    x.requires_grad_()
    scores = critic(x)
    (g,) = torch.autograd.grad(scores.sum(), x, create_graph=True)
    slopes = torch.linalg.vector_norm(g, dim=1)
    return scores.mean() + lam * ((slopes - 1) ** 2).mean()
