# misconception: rebinds
# fails: test_history


def train(params, loss_fn, lr, steps):
    losses = []
    for step in range(steps):
        loss = loss_fn()
        for p in params:
            p.grad = None
        loss.backward()
        losses.append(loss.item())
        for i, p in enumerate(params):
            params[i] = (p - lr * p.grad).detach().requires_grad_()
    return losses
