# misconception: writes-to-input
# fails: test_input_untouched
def gradient_of_squares(x):
    x.requires_grad_()
    (x * x).sum().backward()
    return x.grad
