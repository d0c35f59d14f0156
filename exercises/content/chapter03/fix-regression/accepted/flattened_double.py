# why: Flattens everything and computes in float64 throughout.
import torch


def fit(X, y, lr, epochs):
    x, t = X.double().flatten(), y.double().flatten()
    theta = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    losses = []
    for _ in range(epochs):
        error = theta[0] * x + theta[1] - t
        loss = error @ error / len(x)
        (step,) = torch.autograd.grad(loss, theta)
        losses.append(loss.item())
        theta = (theta - lr * step).detach().requires_grad_()
    w, b = theta.tolist()
    return w, b, losses
