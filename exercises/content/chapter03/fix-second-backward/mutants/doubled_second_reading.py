# misconception: by-formula
# fails: test_three_passes


def three_reads(x):
    z = (x + 1) ** 2
    z.backward(retain_graph=True)
    g = x.grad.item()
    x.grad = None
    z.backward()
    return [g, 2 * g, x.grad.item()]
