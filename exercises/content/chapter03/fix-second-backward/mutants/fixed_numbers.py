# misconception: by-formula
# fails: test_values, test_plain_floats, test_three_passes, test_one_graph, test_other_points


def three_reads(x):
    return [6.0, 12.0, 6.0]
