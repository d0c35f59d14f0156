# misconception: fills-grad
# fails: test_critic_untouched
import torch


def gp_loss(critic, x, lam):
    z = x.detach().requires_grad_()
    scores = critic(z)
    scores.sum().backward(create_graph=True)
    g, z.grad = z.grad, None
    critic.zero_grad()
    slopes = torch.linalg.vector_norm(g, dim=1)
    return scores.mean() + lam * ((slopes - 1) ** 2).mean()
