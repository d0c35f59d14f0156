# misconception: transposed
# fails: test_loss, test_hidden_layer, test_equal_sizes
import torch


def mlp_grads(X, y, W1, b1, W2, b2):
    z = X @ W1 + b1
    h = torch.relu(z)
    p = h @ W2 + b2
    error = p - y
    loss = (error**2).mean()
    grad_p = 2 * error / error.numel()
    grad_W2 = h.T @ grad_p
    grad_b2 = grad_p.sum(0)
    grad_h = grad_p @ W2
    grad_z = grad_h * (z > 0)
    grad_W1 = X.T @ grad_z
    grad_b1 = grad_z.sum(0)
    return {"loss": loss, "W1": grad_W1, "b1": grad_b1, "W2": grad_W2, "b2": grad_b2}
