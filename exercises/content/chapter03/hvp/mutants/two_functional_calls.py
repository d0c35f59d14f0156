# misconception: two-calls
# fails: test_one_call
import torch


def hvp(f, x, v):
    z = x.detach()
    _, pull = torch.func.vjp(torch.func.grad(f), z)
    assert torch.isfinite(f(z))
    return pull(v)[0]
