# why: Recursion; the old .grad is dropped at the top only.


def accumulate(model, loss_fn, X, y, micro):
    def go(start):
        if start >= len(X):
            return
        xb, yb = X.narrow(0, start, min(micro, len(X) - start)), y.narrow(0, start, min(micro, len(X) - start))
        loss = loss_fn(model(xb), yb)
        (loss / len(X) * len(xb)).backward()
        del loss
        go(start + micro)

    for p in model.parameters():
        p.grad = None
    go(0)
