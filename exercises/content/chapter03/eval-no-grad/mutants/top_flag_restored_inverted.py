# misconception: stays-eval
# fails: test_mode_restored, test_model_raises
import torch


def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            return ((model(X) - y) ** 2).mean().item()
    finally:
        model.train(not was_training)
