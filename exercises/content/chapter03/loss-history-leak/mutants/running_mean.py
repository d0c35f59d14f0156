# misconception: graphs-kept
# fails: test_graphs_alive


def evaluate_all(model, batches, loss_fn):
    mean, count = 0.0, 0
    for X, y in batches:
        loss = loss_fn(model(X), y)
        count += len(X)
        mean = mean + (loss - mean) * len(X) / count
    return float(mean)
