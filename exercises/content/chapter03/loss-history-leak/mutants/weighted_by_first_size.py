# misconception: mean-of-means
# fails: test_value, test_graphs_alive, test_other_sizes


def evaluate_all(model, batches, loss_fn):
    total, count, size = 0.0, 0, None
    for X, y in batches:
        loss = loss_fn(model(X), y)
        size = size or len(X)
        total += loss.item() * size
        count += len(X)
    return total / count
