# misconception: stays-eval
# fails: test_mode_restored, test_model_raises
import torch


@torch.no_grad()
def evaluate(model, X, y):
    model.eval()
    return ((model(X) - y) ** 2).mean().item()
