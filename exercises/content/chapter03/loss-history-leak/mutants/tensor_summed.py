# misconception: graphs-kept
# fails: test_graphs_alive, test_nothing_kept, test_plain_float


def evaluate_all(model, batches, loss_fn):
    total, count = 0.0, 0
    for X, y in batches:
        loss = loss_fn(model(X), y)
        total += loss * len(X)
        count += len(X)
    return total / count
