# misconception: graphs-kept
# fails: test_nothing_kept


last = None


def evaluate_all(model, batches, loss_fn):
    global last
    total, count = 0.0, 0
    for X, y in batches:
        loss = loss_fn(model(X), y)
        last = loss
        total += loss.item() * len(X)
        count += len(X)
    return total / count
