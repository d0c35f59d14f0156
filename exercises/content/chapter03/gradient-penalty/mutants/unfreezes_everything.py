# misconception: critic-changed
# fails: test_critic_untouched
import torch


def gp_loss(critic, x, lam):
    z = x.detach().requires_grad_()
    scores = critic(z)
    (g,) = torch.autograd.grad(scores.sum(), z, create_graph=True)
    for p in critic.parameters():
        p.requires_grad_(True)
    slopes = torch.linalg.vector_norm(g, dim=1)
    return scores.mean() + lam * ((slopes - 1) ** 2).mean()
