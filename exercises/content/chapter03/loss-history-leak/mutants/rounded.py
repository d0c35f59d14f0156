# misconception: other-total
# fails: test_value, test_other_sizes


def evaluate_all(model, batches, loss_fn):
    total, count = 0.0, 0
    for X, y in batches:
        loss = loss_fn(model(X), y)
        total += loss.item() * len(X)
        count += len(X)
    return round(total / count, 3)
