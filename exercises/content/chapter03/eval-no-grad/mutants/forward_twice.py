# misconception: forward-again
# fails: test_one_forward
import torch


@torch.no_grad()
def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    try:
        assert model(X).shape == y.shape
        return ((model(X) - y) ** 2).mean().item()
    finally:
        model.train(was_training)
