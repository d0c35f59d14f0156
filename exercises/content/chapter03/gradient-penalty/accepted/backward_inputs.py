# why: backward(inputs=…) stores only in a tensor of one's own.
import torch


def gp_loss(critic, x, lam):
    z = x.detach().requires_grad_()
    scores = critic(z)
    scores.sum().backward(inputs=[z], create_graph=True)
    g, z.grad = z.grad, None
    slopes = g.norm(2, 1)
    return scores.mean() + lam * ((slopes - 1) ** 2).mean()
