# misconception: graph-recorded
# fails: test_recording_off
import torch


def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    torch.no_grad()
    try:
        return ((model(X) - y) ** 2).mean().item()
    finally:
        model.train(was_training)
