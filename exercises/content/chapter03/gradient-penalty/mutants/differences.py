# misconception: measured
# fails: test_exact
import torch


def gp_loss(critic, x, lam):
    z, eps = x.detach(), 1e-6
    columns = []
    for step in eps * torch.eye(z.shape[1], dtype=z.dtype):
        columns.append((critic(z + step) - critic(z - step)).reshape(-1) / (2 * eps))
    slopes = torch.stack(columns, dim=1).norm(dim=1)
    return critic(z).mean() + lam * ((slopes - 1) ** 2).mean()
