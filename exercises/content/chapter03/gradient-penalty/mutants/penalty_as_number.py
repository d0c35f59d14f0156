# misconception: no-create-graph
# fails: test_gradients
import torch


def gp_loss(critic, x, lam):
    z = x.detach().requires_grad_()
    scores = critic(z)
    (g,) = torch.autograd.grad(scores.sum(), z, create_graph=True)
    penalty = ((g.norm(dim=1) - 1) ** 2).mean().item()
    return scores.mean() + lam * penalty
