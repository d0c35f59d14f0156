# misconception: grad-mode-left
# fails: test_mode_restored, test_model_raises
import torch


def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    torch.set_grad_enabled(False)
    try:
        return ((model(X) - y) ** 2).mean().item()
    finally:
        model.train(was_training)
