# misconception: wrong-dim
# fails: test_value, test_gradients, test_square
import torch


def gp_loss(critic, x, lam):
    z = x.detach().requires_grad_()
    scores = critic(z)
    (g,) = torch.autograd.grad(scores.sum(), z, create_graph=True)
    slopes = g.norm(2, dim=0)
    return scores.mean() + lam * ((slopes - 1) ** 2).mean()
