# why: A DataLoader with shuffling: the order of the rows does not matter.
from torch.utils.data import DataLoader, TensorDataset


def accumulate(model, loss_fn, X, y, micro):
    for p in model.parameters():
        if p.grad is not None:
            p.grad.zero_()
    for xb, yb in DataLoader(TensorDataset(X, y), batch_size=micro, shuffle=True):
        weight = len(xb) / len(X)
        (weight * loss_fn(model(xb), yb)).backward()
