# misconception: rebuilds-graph
# fails: test_one_graph


def three_reads(x):
    reads = []
    for step in range(3):
        z = (x + 1) ** 2
        if step == 2:
            x.grad = None
        z.backward()
        reads.append(x.grad.item())
    return reads
