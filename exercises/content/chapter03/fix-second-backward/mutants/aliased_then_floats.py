# misconception: aliased-reads
# fails: test_values, test_other_points


def three_reads(x):
    reads = []
    y = x + 1
    z = y * y
    z.backward(retain_graph=True)
    reads.append(x.grad)
    z.backward(retain_graph=True)
    reads.append(x.grad)
    x.grad.zero_()
    z.backward()
    reads.append(x.grad)
    return [read.item() for read in reads]
