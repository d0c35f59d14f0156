# misconception: swallows-error
# fails: test_model_raises
import torch


def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    result = None
    try:
        with torch.no_grad():
            result = ((model(X) - y) ** 2).mean().item()
    finally:
        model.train(was_training)
        return result
