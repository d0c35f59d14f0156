# why: Runs the program instead of thinking about it; for a file that is fair.
import torch


def predict(x, k):
    leaf = torch.tensor(x, requires_grad=True)
    seen = []
    for clear in (False, False, True):
        if clear:
            leaf.grad.zero_()
        (leaf * leaf * k).backward()
        seen.append(leaf.grad.item())
    leaf.grad = None
    z = leaf * leaf * k
    for _ in range(2):
        try:
            z.backward()
            seen.append(leaf.grad.item())
        except RuntimeError:
            seen.append("error")
    return tuple(seen)
