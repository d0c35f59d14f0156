# misconception: one-shape
# fails: test_value, test_gradients
import torch


def gp_loss(critic, x, lam):
    z = x.detach().requires_grad_()
    scores = critic(z)
    ones = torch.ones(len(x), 1, dtype=x.dtype)
    (g,) = torch.autograd.grad(scores, z, ones, create_graph=True)
    slopes = torch.linalg.vector_norm(g, dim=1)
    return scores.mean() + lam * ((slopes - 1) ** 2).mean()
