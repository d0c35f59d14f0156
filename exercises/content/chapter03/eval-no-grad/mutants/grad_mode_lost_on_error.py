# misconception: grad-mode-left
# fails: test_model_raises
import torch


def evaluate(model, X, y):
    was_training, was_recording = model.training, torch.is_grad_enabled()
    model.eval()
    torch.set_grad_enabled(False)
    try:
        loss = ((model(X) - y) ** 2).mean()
        torch.set_grad_enabled(was_recording)
        return loss.item()
    finally:
        model.train(was_training)
