import torch


def mlp_grads(X, y, W1, b1, W2, b2):
    """Loss and gradients of a two-layer ReLU network, without autograd.

    X (N, d), y (N, m), W1 (d, k), b1 (k,), W2 (k, m), b2 (m,)
    returns {"loss": …, "W1": …, "b1": …, "W2": …, "b2": …}
    """
    # Forward. Keep what you will need on the way back.
    z = X @ W1 + b1
    h = torch.relu(z)
    p = h @ W2 + b2
    loss = ((p - y) ** 2).mean()

    # Backward, layer by layer from the loss to X. Every gradient has the shape of its tensor.
    grad_p = torch.zeros_like(p)  # dL/dp: replace the zeros, and go on from here

    return {
        "loss": loss,
        "W1": torch.zeros_like(W1),
        "b1": torch.zeros_like(b1),
        "W2": torch.zeros_like(W2),
        "b2": torch.zeros_like(b2),
    }
