# misconception: by-formula
# fails: test_three_passes, test_one_graph


def three_reads(x):
    g = 2 * (x.item() + 1)
    return [g, 2 * g, g]
