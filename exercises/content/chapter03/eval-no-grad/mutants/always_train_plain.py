# misconception: always-train
# fails: test_mode_restored, test_model_raises
import torch


def evaluate(model, X, y):
    model.eval()
    with torch.no_grad():
        loss = ((model(X) - y) ** 2).mean()
    model.train()
    return loss.item()
