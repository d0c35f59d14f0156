import torch


def sgd(params, loss_fn, X, y, lr, bs, epochs, gen):
    """Mini-batch gradient descent; the loss of every epoch, weighted by batch size.

    params   list of leaf tensors with requires_grad=True, to be updated in place
    loss_fn  loss_fn(xb, yb) is the mean loss of a batch
    bs       rows in a batch; the last batch may have fewer
    gen      the torch.Generator that every epoch's order comes from
    """
    losses = []
    for epoch in range(epochs):
        # This is the chapter's full-batch step. Turn it into a loop over shuffled batches.
        loss = loss_fn(X, y)
        for p in params:
            p.grad = None
        loss.backward()
        with torch.no_grad():
            for p in params:
                p -= lr * p.grad
        losses.append(loss.item())
    return losses
