# misconception: other-norm
# fails: test_value, test_gradients
import torch


def gp_loss(critic, x, lam):
    z = x.detach().requires_grad_()
    scores = critic(z)
    (g,) = torch.autograd.grad(scores.sum(), z, create_graph=True)
    slopes = g.abs().sum(dim=1)
    return scores.mean() + lam * ((slopes - 1) ** 2).mean()
