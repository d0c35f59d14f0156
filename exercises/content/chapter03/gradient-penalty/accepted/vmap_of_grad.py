# why: Each row's own gradient by vmap.
import torch


def gp_loss(critic, x, lam):
    def score(row):
        return critic(row.unsqueeze(0)).sum()

    g, s = torch.func.vmap(torch.func.grad_and_value(score))(x)
    return s.mean() + lam * torch.mean((g.norm(dim=1) - 1) ** 2)
