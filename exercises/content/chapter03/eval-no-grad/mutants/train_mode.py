# misconception: no-eval
# fails: test_value
import torch


def evaluate(model, X, y):
    was_training = model.training
    model.train()
    try:
        with torch.no_grad():
            return ((model(X) - y) ** 2).mean().item()
    finally:
        model.train(was_training)
