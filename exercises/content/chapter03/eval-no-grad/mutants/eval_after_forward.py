# misconception: no-eval
# fails: test_value
import torch


def evaluate(model, X, y):
    was_training = model.training
    try:
        with torch.no_grad():
            prediction = model(X)
            model.eval()
            return ((prediction - y) ** 2).mean().item()
    finally:
        model.train(was_training)
