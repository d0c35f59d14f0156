# misconception: freezes
# fails: test_model_raises, test_model_untouched
import torch


@torch.no_grad()
def evaluate(model, X, y):
    was_training = model.training
    model.eval().requires_grad_(False)
    try:
        return ((model(X) - y) ** 2).mean().item()
    finally:
        model.train(was_training)
