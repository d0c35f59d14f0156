# misconception: no-eval
# fails: test_value
import torch


def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    model.train(was_training)
    with torch.no_grad():
        return ((model(X) - y) ** 2).mean().item()
