# misconception: no-eval
# fails: test_value, test_mode_restored, test_model_raises, test_model_untouched, test_other_sizes
import torch


def evaluate(model, X, y):
    was_training = model.training
    for child in model.children():
        child.eval()
    try:
        with torch.no_grad():
            return ((model(X) - y) ** 2).mean().item()
    finally:
        model.train(was_training)
