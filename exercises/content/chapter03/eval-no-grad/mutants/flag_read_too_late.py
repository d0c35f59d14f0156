# misconception: stays-eval
# fails: test_mode_restored, test_model_raises
import torch


def evaluate(model, X, y):
    model.eval()
    was_training = model.training
    try:
        with torch.no_grad():
            return ((model(X) - y) ** 2).mean().item()
    finally:
        model.train(was_training)
