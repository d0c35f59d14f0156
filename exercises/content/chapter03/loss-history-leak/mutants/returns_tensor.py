# misconception: keeps-tensor
# fails: test_plain_float


def evaluate_all(model, batches, loss_fn):
    total, count = 0.0, 0
    for X, y in batches:
        loss = loss_fn(model(X), y)
        total += loss.detach() * len(X)
        count += len(X)
    return total / count
