# misconception: mean-of-means
# fails: test_value, test_graphs_alive, test_other_sizes


def evaluate_all(model, batches, loss_fn):
    total, count = 0.0, 0
    for X, y in batches:
        loss = loss_fn(model(X), y)
        total += loss.item()
        count += 1
    return total / count
