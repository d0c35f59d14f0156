# misconception: other-method
# fails: test_losses
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
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * 2 * (X @ w + b - y).mean()
        losses.append(loss.item())
    return w.item(), b.item(), losses
