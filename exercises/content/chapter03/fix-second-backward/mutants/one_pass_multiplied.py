# misconception: by-formula
# fails: test_three_passes


def three_reads(x):
    z = (x + 1) ** 2
    z.backward()
    g = x.grad.item()
    return [g, 2 * g, g]
