# why: Squares with **, zeroes by None, and keeps the graph every time.


def three_reads(x):
    z = (x + 1) ** 2
    reads = []
    for i in range(3):
        if i == 2:
            x.grad = None
        z.backward(retain_graph=True)
        reads.append(float(x.grad))
    return reads
