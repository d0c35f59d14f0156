# misconception: nn-broadcast
# fails: test_parameters, test_losses, test_least_squares, test_float64
import torch


def fit(X, y, lr, epochs):
    w = torch.zeros(1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(1, dtype=X.dtype, requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=lr)
    losses = []
    for epoch in range(epochs):
        y_pred = torch.matmul(X, w) + b
        loss = torch.mean((y_pred - y) ** 2)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return w.item(), b.item(), losses
