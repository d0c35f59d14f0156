# misconception: no-finally
# fails: test_model_raises
import torch


def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            loss = ((model(X) - y) ** 2).mean()
    except RuntimeError:
        model.train(was_training)
        raise
    model.train(was_training)
    return loss.item()
