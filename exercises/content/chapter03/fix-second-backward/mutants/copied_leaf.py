# misconception: other-leaf
# fails: test_three_passes, test_one_graph


def three_reads(x):
    reads = []
    x = x.detach().clone().requires_grad_()
    y = x + 1
    z = y * y
    z.backward(retain_graph=True)
    reads.append(x.grad.item())
    z.backward(retain_graph=True)
    reads.append(x.grad.item())
    x.grad.zero_()
    z.backward()
    reads.append(x.grad.item())
    return reads
