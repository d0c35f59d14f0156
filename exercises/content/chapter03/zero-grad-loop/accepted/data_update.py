# why: Updates through .data, an old habit that gives the same numbers.


def train(params, loss_fn, lr, steps):
    losses = []
    step = 0
    while step < steps:
        for p in params:
            p.grad = None
        loss = loss_fn()
        loss.backward()
        losses.append(loss.item())
        for p in params:
            p.data -= lr * p.grad.data
        step += 1
    return losses
