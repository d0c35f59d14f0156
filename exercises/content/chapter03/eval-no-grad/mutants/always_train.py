# misconception: always-train
# fails: test_mode_restored, test_model_raises
import torch


def evaluate(model, X, y):
    model.eval()
    try:
        with torch.no_grad():
            return ((model(X) - y) ** 2).mean().item()
    finally:
        model.train()
