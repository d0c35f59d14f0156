# misconception: forward-again
# fails: test_one_forward
import torch


@torch.no_grad()
def evaluate(model, X, y):
    was_training = model.training
    model.eval()
    try:
        rows = torch.cat([model(row.unsqueeze(0)) for row in X])
        return ((rows - y) ** 2).mean().item()
    finally:
        model.train(was_training)
