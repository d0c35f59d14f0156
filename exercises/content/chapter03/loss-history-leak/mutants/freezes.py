# misconception: freezes
# fails: test_model_untouched


def evaluate_all(model, batches, loss_fn):
    model.requires_grad_(False)
    total, count = 0.0, 0
    for X, y in batches:
        loss = loss_fn(model(X), y)
        total += loss.item() * len(X)
        count += len(X)
    return total / count
