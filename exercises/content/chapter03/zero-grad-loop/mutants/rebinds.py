# misconception: rebinds
# fails: test_trajectory, test_history


def train(params, loss_fn, lr, steps):
    losses = []
    for step in range(steps):
        loss = loss_fn()
        for p in params:
            p.grad = None
        loss.backward()
        losses.append(loss.item())
        for p in params:
            p = p - lr * p.grad
    return losses
