# misconception: other-terms
# fails: test_value, test_gradients, test_lam
import torch


def gp_loss(critic, x, lam):
    z = x.detach().requires_grad_()
    scores = critic(z)
    (g,) = torch.autograd.grad(scores.sum(), z, create_graph=True)
    slopes = torch.linalg.vector_norm(g, dim=1)
    return lam * ((slopes - 1) ** 2).mean() - scores.mean()
