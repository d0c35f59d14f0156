# why: Asks for a grad_fn, which here says the same as requires_grad.
import torch


def predict(x, c):
    leaf = torch.ones(3).requires_grad_()
    other = torch.ones(3)
    made = [leaf * other, other * 2, leaf > 0, torch.argmax(leaf), torch.round(leaf), (leaf * other).detach()]
    with torch.inference_mode():
        made += [leaf * other]
    return [one.grad_fn is not None for one in made]
