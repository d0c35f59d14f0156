# why: torch.func gives the gradient as a value; there is no .grad to clear.
import torch
from torch.func import grad_and_value


def fit(X, y, lr, epochs):
    def loss_of(parameters):
        w, b = parameters
        return torch.mean((w * X + b - y) ** 2)

    step = grad_and_value(loss_of)
    parameters = (torch.zeros((), dtype=X.dtype), torch.zeros((), dtype=X.dtype))
    losses = []
    for _ in range(epochs):
        grads, loss = step(parameters)
        losses.append(loss.item())
        parameters = tuple(p - lr * g for p, g in zip(parameters, grads))
    w, b = parameters
    return w.item(), b.item(), losses
