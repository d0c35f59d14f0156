# why: Goes backward to everything and puts what was there back: laborious, but nobody's .grad changes.
import torch


def vjp(f, x, v):
    leaf = torch.empty_like(x, requires_grad=False)
    leaf.copy_(x.detach())
    leaf.requires_grad_()
    y = f(leaf)
    return torch.autograd.grad(outputs=[y], inputs=[leaf], grad_outputs=[v], create_graph=True)[0].detach()
