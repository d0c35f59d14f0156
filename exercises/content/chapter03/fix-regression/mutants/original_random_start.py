# misconception: nn-broadcast
# fails: test_losses
import torch


def fit(X, y, lr, epochs):
    w = torch.randn(1, requires_grad=True)
    b = torch.randn(1, requires_grad=True)
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
