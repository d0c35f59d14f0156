# misconception: graph-recorded
# fails: test_recording_off
import torch


def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    try:
        prediction = model(X).detach()
        with torch.no_grad():
            return ((prediction - y) ** 2).mean().item()
    finally:
        model.train(was_training)
