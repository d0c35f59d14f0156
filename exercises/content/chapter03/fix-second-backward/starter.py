import torch


def three_reads(x):
    """Go backward through the graph of z = (x + 1)² three times; x.grad after each pass, zeroed before the third."""
    reads = []
    y = x + 1
    z = y * y

    z.backward()
    reads.append(x.grad.item())

    # The same graph again: the gradient accumulates.
    z.backward()
    reads.append(x.grad.item())

    # Zeroed in between: the gradient is that of one pass.
    x.grad.zero_()
    z.backward()
    reads.append(x.grad.item())

    return reads
