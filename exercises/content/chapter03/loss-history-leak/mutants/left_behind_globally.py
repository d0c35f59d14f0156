# misconception: graphs-kept
# fails: test_graphs_alive, test_nothing_kept


history = []


def evaluate_all(model, batches, loss_fn):
    total, count = 0.0, 0
    for X, y in batches:
        loss = loss_fn(model(X), y)
        history.append(loss)
        total += loss.item() * len(X)
        count += len(X)
    return total / count
