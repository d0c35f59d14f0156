# why: p.data is given a new tensor; the parameter object itself stays the same leaf.


def train(params, loss_fn, lr, steps):
    losses = []
    for _ in range(steps):
        for p in params:
            p.grad = None
        loss = loss_fn()
        loss.backward()
        losses.append(loss.item())
        for p in params:
            if p.grad is not None:
                p.data = p.data - lr * p.grad
    return losses
