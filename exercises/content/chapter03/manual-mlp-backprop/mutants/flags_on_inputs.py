# misconception: changes-inputs
# fails: test_inputs_untouched
import torch


def mlp_grads(X, y, W1, b1, W2, b2):
    params = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    for tensor in params.values():
        tensor.requires_grad_()
        tensor.grad = None
    loss = ((torch.relu(X @ W1 + b1) @ W2 + b2 - y) ** 2).mean()
    loss.backward()
    return {"loss": loss.detach()} | {name: tensor.grad for name, tensor in params.items()}
