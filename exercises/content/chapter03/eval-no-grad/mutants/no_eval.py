# misconception: no-eval
# fails: test_value
import torch


def evaluate(model, X, y):
    with torch.no_grad():
        return ((model(X) - y) ** 2).mean().item()
