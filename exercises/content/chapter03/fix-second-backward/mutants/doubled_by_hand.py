# misconception: zero-too-early
# fails: test_three_passes


def three_reads(x):
    z = (x + 1) ** 2
    z.backward(retain_graph=True)
    first = x.grad.item()
    x.grad = None
    z.backward(retain_graph=True)
    second = 2 * x.grad.item()
    x.grad = None
    z.backward()
    return [first, second, x.grad.item()]
