# misconception: graph-freed
# fails: test_values, test_three_passes, test_other_points


def three_reads(x):
    reads = []
    y = x + 1
    z = y * y
    z.backward()
    reads.append(x.grad.item())
    try:
        z.backward()
    except RuntimeError:
        pass
    reads.append(x.grad.item())
    x.grad.zero_()
    try:
        z.backward()
    except RuntimeError:
        pass
    reads.append(x.grad.item())
    return reads
