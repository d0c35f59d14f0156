# misconception: graph-recorded
# fails: test_recording_off
import torch


@torch.no_grad()
def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    try:
        with torch.enable_grad():
            loss = ((model(X) - y) ** 2).mean()
        return loss.item()
    finally:
        model.train(was_training)
