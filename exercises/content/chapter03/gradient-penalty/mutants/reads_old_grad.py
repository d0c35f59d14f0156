# misconception: x-changed
# fails: test_x_requires_grad
import torch


def gp_loss(critic, x, lam):
    z = x if x.requires_grad and x.is_leaf else x.detach().requires_grad_()
    scores = critic(z)
    scores.sum().backward(create_graph=True, inputs=[z])
    g, z.grad = z.grad, None
    slopes = torch.linalg.vector_norm(g, dim=1)
    return scores.mean() + lam * ((slopes - 1) ** 2).mean()
