# misconception: graphs-kept
# fails: test_graphs_alive


def evaluate_all(model, batches, loss_fn):
    losses, sizes = [], []
    for X, y in batches:
        loss = loss_fn(model(X), y)
        losses.append(loss)
        sizes.append(len(X))
    return sum(l.item() * n for l, n in zip(losses, sizes)) / sum(sizes)
