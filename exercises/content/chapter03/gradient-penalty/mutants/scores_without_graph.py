# misconception: cut
# fails: test_gradients, test_lam
import torch


def gp_loss(critic, x, lam):
    with torch.no_grad():
        mean = critic(x).mean()
    z = x.detach().requires_grad_()
    scores = critic(z)
    (g,) = torch.autograd.grad(scores.sum(), z, create_graph=True)
    slopes = torch.linalg.vector_norm(g, dim=1)
    return mean + lam * ((slopes - 1) ** 2).mean()
