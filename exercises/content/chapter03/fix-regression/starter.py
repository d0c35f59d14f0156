import torch
import torch.optim as optim


def fit(X, y, lr, epochs):
    """The chapter's linear regression. It runs, the loss falls, and yet the line it learns is wrong.

    X, y     tensors of shape (N, 1)
    returns  (w, b, losses): two floats and the list of every epoch's loss before its update
    """
    # The model's parameters (weight w and bias b)
    w = torch.zeros(1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(1, dtype=X.dtype, requires_grad=True)

    optimizer = optim.SGD([w, b], lr=lr)
    losses = []

    for epoch in range(epochs):
        # Forward pass
        y_pred = torch.matmul(X, w) + b

        # Loss: mean squared error
        loss = torch.mean((y_pred - y) ** 2)

        # Backward pass
        optimizer.zero_grad()
        loss.backward()

        # Update
        optimizer.step()

        losses.append(loss.item())

    return w.item(), b.item(), losses
