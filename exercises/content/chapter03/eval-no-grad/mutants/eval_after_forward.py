# misconception: no-eval
# fails: test_value, test_mode_restored, test_model_raises, test_model_untouched, test_other_sizes
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
