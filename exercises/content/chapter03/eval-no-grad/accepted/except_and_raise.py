# why: Restores in both branches and raises again.
import torch


def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            prediction = model(X)
    except BaseException:
        model.train(was_training)
        raise
    else:
        model.train(was_training)
    return ((prediction - y) ** 2).mean().item()
