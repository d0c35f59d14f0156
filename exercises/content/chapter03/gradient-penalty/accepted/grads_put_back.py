# why: backward() fills every .grad, and each is put back: laborious, but nothing is left behind.
import torch


def gp_loss(critic, x, lam):
    params = list(critic.parameters())
    before = [param.grad for param in params]
    for param in params:
        param.grad = None
    z = x.detach().clone().requires_grad_()
    scores = critic(z)
    scores.sum().backward(create_graph=True)
    g, z.grad = z.grad, None
    for param, grad in zip(params, before):
        param.grad = grad
    return scores.mean() + lam * torch.mean((g.norm(dim=1) - 1) ** 2)
