# misconception: frozen-after
# fails: test_parameters_stay_leaves


def train(params, loss_fn, lr, steps):
    losses = []
    for step in range(steps):
        for p in params:
            p.requires_grad_(True)
        loss = loss_fn()
        for p in params:
            p.grad = None
        loss.backward()
        losses.append(loss.item())
        for p in params:
            p.requires_grad_(False)
            p -= lr * p.grad
    return losses
