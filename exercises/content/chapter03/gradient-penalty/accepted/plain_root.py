# why: Without a constant under the root; only flat rows mind.
import torch


def gp_loss(critic, x, lam):
    z = x.clone().detach().requires_grad_(True)
    out = critic(z)
    g = torch.autograd.grad(outputs=out.sum(), inputs=z, create_graph=True, retain_graph=True)[0]
    penalty = 0
    for row in g:
        penalty = penalty + (row.dot(row).sqrt() - 1).square()
    return out.mean() + lam * penalty / x.shape[0]
