"""Both switches: eval() for the layers, no_grad() for autograd; the mode restored whatever happens."""

import torch


def evaluate(model, X, y):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        with torch.no_grad():
            return ((model(X) - y) ** 2).mean().item()
    finally:
        for module, mode in modes.items():
            module.training = mode
