# misconception: missing-losses
# fails: test_other_sizes
import torch


def fit(X, y, lr, epochs):
    w = torch.zeros(1, 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(1, dtype=X.dtype, requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=lr)
    losses = []
    for epoch in range(epochs):
        y_pred = X @ w + b
        loss = ((y_pred - y) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(round(loss.item(), 4))
    return w.item(), b.item(), losses
