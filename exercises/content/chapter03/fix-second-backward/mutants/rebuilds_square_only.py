# misconception: rebuilds-graph
# fails: test_one_graph


def three_reads(x):
    reads = []
    y = x + 1
    z = y * y
    z.backward()
    reads.append(x.grad.item())
    y = x + 1
    z = y * y
    z.backward(retain_graph=True)
    reads.append(x.grad.item())
    x.grad.zero_()
    z.backward()
    reads.append(x.grad.item())
    return reads
