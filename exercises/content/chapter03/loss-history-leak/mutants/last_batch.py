# misconception: other-total
# fails: test_value, test_graphs_alive, test_nothing_kept, test_plain_float, test_model_untouched, test_other_sizes


def evaluate_all(model, batches, loss_fn):
    total, count = 0.0, 0
    for X, y in batches:
        loss = loss_fn(model(X), y)
        total += loss.item() * len(X)
        count += len(X)
    return loss.item()
