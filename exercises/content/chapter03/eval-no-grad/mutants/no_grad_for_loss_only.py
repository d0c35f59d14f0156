# misconception: graph-recorded
# fails: test_recording_off
import torch
import torch.nn.functional as F


def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    try:
        prediction = model(X)
    finally:
        model.train(was_training)
    with torch.no_grad():
        return F.mse_loss(prediction, y).item()
