# misconception: cut
# fails: test_gradients, test_lam
import copy

import torch


def gp_loss(critic, x, lam):
    critic = copy.deepcopy(critic)
    z = x.detach().requires_grad_()
    scores = critic(z)
    (g,) = torch.autograd.grad(scores.sum(), z, create_graph=True)
    slopes = torch.linalg.vector_norm(g, dim=1)
    return scores.mean() + lam * ((slopes - 1) ** 2).mean()
