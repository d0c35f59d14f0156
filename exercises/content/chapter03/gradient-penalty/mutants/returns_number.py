# misconception: no-tensor
# fails: test_value, test_gradients
import torch


def gp_loss(critic, x, lam):
    z = x.detach().requires_grad_()
    scores = critic(z)
    (g,) = torch.autograd.grad(scores.sum(), z, create_graph=True)
    slopes = torch.linalg.vector_norm(g, dim=1)
    return (scores.mean() + lam * ((slopes - 1) ** 2).mean()).item()
