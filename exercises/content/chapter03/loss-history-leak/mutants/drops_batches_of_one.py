# misconception: other-total
# fails: test_value, test_graphs_alive, test_other_sizes


def evaluate_all(model, batches, loss_fn):
    total, count = 0.0, 0
    for X, y in batches:
        if len(X) == 1 and count:
            continue
        loss = loss_fn(model(X), y)
        total += loss.item() * len(X)
        count += len(X)
    return total / count
