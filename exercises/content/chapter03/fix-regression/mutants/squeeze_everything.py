# misconception: squeezes-single
# fails: test_single_point
import torch


def fit(X, y, lr, epochs):
    xs, ys = X.squeeze(), y.squeeze()
    w = torch.zeros((), dtype=X.dtype, requires_grad=True)
    b = torch.zeros((), dtype=X.dtype, requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=lr)
    losses = []
    for epoch in range(epochs):
        y_pred = xs * w + b
        loss = ((y_pred - ys) ** 2).sum() / len(ys)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return w.item(), b.item(), losses
