# misconception: no-eval
# fails: test_value, test_mode_restored, test_model_raises, test_model_untouched, test_other_sizes
import torch
from torch import nn


def evaluate(model, X, y):
    dropouts = [m for m in model.modules() if isinstance(m, nn.Dropout)]
    modes = [m.training for m in dropouts]
    for m in dropouts:
        m.eval()
    try:
        with torch.no_grad():
            return ((model(X) - y) ** 2).mean().item()
    finally:
        for m, mode in zip(dropouts, modes):
            m.train(mode)
