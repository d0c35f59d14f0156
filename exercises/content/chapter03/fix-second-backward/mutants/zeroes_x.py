# misconception: no-zero
# fails: test_values, test_other_points


def three_reads(x):
    reads = []
    y = x + 1
    z = y * y
    z.backward(retain_graph=True)
    reads.append(x.grad.item())
    z.backward(retain_graph=True)
    reads.append(x.grad.item())
    x.data.zero_()
    z.backward()
    reads.append(x.grad.item())
    return reads
