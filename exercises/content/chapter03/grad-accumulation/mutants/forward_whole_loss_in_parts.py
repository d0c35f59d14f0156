# misconception: whole-batch
# fails: test_batches, test_backward_at_once


def accumulate(model, loss_fn, X, y, micro):
    model.zero_grad()
    output = model(X)
    for ob, yb in zip(output.split(micro), y.split(micro)):
        (loss_fn(ob, yb) * len(yb) / len(X)).backward(retain_graph=True)
