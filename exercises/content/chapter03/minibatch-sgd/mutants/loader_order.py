# misconception: other-generator
# fails: test_trajectory, test_epoch_losses, test_given_generator, test_batch_sizes, test_plain_floats, test_parameters_stay_leaves, test_data_untouched, test_float32
import torch
from torch.utils.data import DataLoader, TensorDataset


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    losses = []
    loader = DataLoader(TensorDataset(X, y), batch_size=bs, shuffle=True, generator=gen)
    for epoch in range(epochs):
        total = 0.0
        for xb, yb in loader:
            loss = loss_fn(xb, yb)
            for p in params:
                p.grad = None
            loss.backward()
            with torch.no_grad():
                for p in params:
                    p -= lr * p.grad
            total += loss.item() * len(xb)
        losses.append(total / len(X))
    return losses
