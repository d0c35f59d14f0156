# misconception: other-gradient
# fails: test_value, test_gradients
import torch


def gp_loss(critic, x, lam):
    scores = critic(x)
    grads = torch.autograd.grad(scores.mean(), list(critic.parameters()), create_graph=True)
    slope = torch.cat([g.reshape(-1) for g in grads]).norm()
    return scores.mean() + lam * (slope - 1) ** 2
