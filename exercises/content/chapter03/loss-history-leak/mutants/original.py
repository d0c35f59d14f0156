# misconception: graphs-kept
# fails: test_value, test_graphs_alive, test_nothing_kept, test_plain_float, test_other_sizes


def evaluate_all(model, batches, loss_fn):
    total = 0
    count = 0
    for X, y in batches:
        loss = loss_fn(model(X), y)
        total += loss
        count += 1
    return total / count
