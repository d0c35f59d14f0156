# misconception: graphs-kept
# fails: test_graphs_alive


def evaluate_all(model, batches, loss_fn):
    total, count, history = 0.0, 0, 0.0
    for X, y in batches:
        loss = loss_fn(model(X), y)
        total += loss.item() * len(X)
        history = history + loss
        count += len(X)
    return total / count
