# misconception: no-finally
# fails: test_model_raises
import torch


def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        loss = ((model(X) - y) ** 2).mean()
    model.train(was_training)
    return loss.item()
