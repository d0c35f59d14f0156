# misconception: whole-batch
# fails: test_batches, test_backward_at_once


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    loss_fn(model(X), y).backward()
