# misconception: keeps-tensor
# fails: test_plain_float
import torch


@torch.no_grad()
def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    try:
        return ((model(X) - y) ** 2).mean()
    finally:
        model.train(was_training)
