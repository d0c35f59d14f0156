# misconception: pass-count
# fails: test_three_passes


def three_reads(x):
    reads = []
    y = x + 1
    z = y * y
    z.backward(retain_graph=True)
    reads.append(x.grad.item())
    z.backward(retain_graph=True)
    reads.append(x.grad.item())
    x.grad.zero_()
    z.backward(retain_graph=True)
    reads.append(x.grad.item())
    return (z.backward(), reads)[1]
