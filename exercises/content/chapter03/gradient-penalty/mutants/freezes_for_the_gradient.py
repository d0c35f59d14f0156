# misconception: no-create-graph
# fails: test_gradients
import torch


def gp_loss(critic, x, lam):
    flags = [(p, p.requires_grad) for p in critic.parameters()]
    for p, _ in flags:
        p.requires_grad_(False)
    z = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(critic(z).sum(), z, create_graph=True)
    for p, flag in flags:
        p.requires_grad_(flag)
    slopes = torch.linalg.vector_norm(g, dim=1)
    return critic(x).mean() + lam * ((slopes - 1) ** 2).mean()
