# misconception: reads-old-grad
# fails: test_x_untouched, test_parameters_untouched, test_float32


def vjp(f, x, v):
    flag = x.requires_grad
    x.requires_grad_()
    f(x).backward(v, inputs=[x])
    result = x.grad
    x.requires_grad_(flag)
    return result
