# misconception: other-point
# fails: test_value, test_gradients
import torch


def gp_loss(critic, x, lam):
    z = ((x + x.flip(0)) / 2).detach().requires_grad_()
    (g,) = torch.autograd.grad(critic(z).sum(), z, create_graph=True)
    slopes = torch.linalg.vector_norm(g, dim=1)
    return critic(x).mean() + lam * ((slopes - 1) ** 2).mean()
