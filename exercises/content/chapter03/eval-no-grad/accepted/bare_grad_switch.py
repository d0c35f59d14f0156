# why: A bare set_grad_enabled that is undone with care.
import torch


def evaluate(model, X, y):
    flags = [(m, m.training) for m in model.modules()]
    recording = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    try:
        model.eval()
        return ((y - model(X)) ** 2).mean().item()
    finally:
        torch.set_grad_enabled(recording)
        for m, flag in flags:
            m.training = flag
