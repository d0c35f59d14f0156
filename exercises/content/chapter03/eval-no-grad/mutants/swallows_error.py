# misconception: swallows-error
# fails: test_model_raises
import torch


def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    loss = float("nan")
    try:
        with torch.no_grad():
            loss = ((model(X) - y) ** 2).mean().item()
    except Exception:
        pass
    model.train(was_training)
    return loss
