# misconception: keeps-tensors
# fails: test_plain_floats


def three_reads(x):
    reads = []
    y = x + 1
    z = y * y
    z.backward(retain_graph=True)
    reads.append(x.grad.clone())
    z.backward(retain_graph=True)
    reads.append(x.grad.clone())
    x.grad.zero_()
    z.backward()
    reads.append(x.grad.clone())
    return reads
