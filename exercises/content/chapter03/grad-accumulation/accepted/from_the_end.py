# why: From the end to the beginning, divided by all rows at last.
def accumulate(model, loss_fn, X, y, micro=8):
    model.zero_grad()
    # from the end
    for stop in range(len(X), 0, -micro):
        start = max(0, stop - micro)
        part = slice(start, stop)
        (loss_fn(model(X[part]), y[part]) * (stop - start)).backward()
    for p in model.parameters():
        if p.grad is not None:
            p.grad /= len(X)
