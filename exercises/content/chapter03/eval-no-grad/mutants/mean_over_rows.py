# misconception: other-loss
# fails: test_value
import torch


@torch.no_grad()
def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    try:
        return ((model(X) - y) ** 2).sum().item() / len(X)
    finally:
        model.train(was_training)
