# misconception: fills-grad
# fails: test_gradients, test_critic_untouched
import torch


def gp_loss(critic, x, lam):
    z = x.detach().requires_grad_()
    scores = critic(z)
    scores.sum().backward(create_graph=True)
    slopes = z.grad.norm(dim=1)
    return scores.mean() + lam * ((slopes - 1) ** 2).mean()
