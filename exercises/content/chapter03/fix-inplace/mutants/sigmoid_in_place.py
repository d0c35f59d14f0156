# misconception: changes-input
# fails: test_value, test_gradient, test_input_untouched, test_any_factor, test_inside_a_graph, test_shapes, test_float32


def scaled_sigmoid(x, k):
    h = x.sigmoid_()
    return h * k
