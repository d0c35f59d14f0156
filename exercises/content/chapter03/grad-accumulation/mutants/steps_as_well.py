# misconception: changes-more
# fails: test_parameters_unchanged
import torch


def accumulate(model, loss_fn, X, y, micro):
    opt = torch.optim.SGD(model.parameters(), lr=0.01)
    opt.zero_grad()
    for xb, yb in zip(X.split(micro), y.split(micro)):
        (loss_fn(model(xb), yb) * len(xb) / len(X)).backward()
    opt.step()
