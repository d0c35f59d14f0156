# why: The mean squared error against ones is the penalty.
import torch


def gp_loss(critic, x, lam):
    z = x.detach().clone()
    z.requires_grad = True
    with torch.enable_grad():
        scores = critic(z)
        g = torch.autograd.grad([scores], [z], [torch.ones_like(scores)], create_graph=True, only_inputs=True)[0]
    slopes = g.view(len(z), -1).norm(2, dim=1)
    return torch.add(scores.mean(), torch.nn.functional.mse_loss(slopes, torch.ones_like(slopes)), alpha=lam)
