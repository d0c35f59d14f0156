# misconception: pass-count
# fails: test_values, test_plain_floats, test_three_passes, test_other_points


def three_reads(x):
    z = (x + 1) ** 2
    z.backward(retain_graph=True)
    reads = [x.grad.item()]
    x.grad.zero_()
    z.backward()
    reads.append(x.grad.item())
    return reads
