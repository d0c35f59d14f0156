# misconception: difference-quotient
# fails: test_values, test_exact
import torch


def hvp(f, x, v):
    points = torch.stack([x.detach() + 1e-5 * v, x.detach() - 1e-5 * v])
    up, down = torch.func.vmap(torch.func.grad(f))(points)
    return (up - down) / 2e-5
