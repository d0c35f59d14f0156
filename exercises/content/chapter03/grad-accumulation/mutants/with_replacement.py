# misconception: rows-lost
# fails: test_even, test_uneven, test_batches, test_backward_at_once, test_large_micro, test_leftover_gradients, test_parameters_unchanged, test_other_losses, test_float32
import random


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    for xb in X.split(micro):
        rows = [random.Random(1).randrange(len(X)) for _ in range(len(xb))]
        (loss_fn(model(X[rows]), y[rows]) * len(xb) / len(X)).backward()
