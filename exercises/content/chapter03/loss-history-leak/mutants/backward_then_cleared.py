# misconception: backward-to-free
# fails: test_model_untouched


def evaluate_all(model, batches, loss_fn):
    total, count = 0.0, 0
    for X, y in batches:
        loss = loss_fn(model(X), y)
        total += loss.item() * len(X)
        count += len(X)
        if loss.requires_grad:
            loss.backward()
        model.zero_grad()
    return total / count
