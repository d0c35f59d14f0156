# why: Treats the biases as one more row of the weights.
import torch


def mlp_grads(X, y, W1, b1, W2, b2):
    def with_ones(A):
        return torch.cat([A, torch.ones(len(A), 1, dtype=A.dtype)], dim=1)

    X1 = with_ones(X)
    Z = X1 @ torch.cat([W1, b1[None]])
    H1 = with_ones(Z.relu())
    P = H1 @ torch.cat([W2, b2[None]])
    G = 2 / y.numel() * (P - y)
    D2 = H1.T @ G
    D1 = X1.T @ ((G @ W2.T).masked_fill(Z <= 0, 0.0))
    return {"loss": torch.nn.functional.mse_loss(P, y), "W1": D1[:-1], "b1": D1[-1], "W2": D2[:-1], "b2": D2[-1]}
