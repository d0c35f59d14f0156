# misconception: fills-grad
# fails: test_parameters_untouched


def vjp(f, x, v):
    before = x.grad
    flag = x.requires_grad
    x.requires_grad_()
    x.grad = None
    f(x).backward(v)
    result = x.grad
    x.grad = before
    x.requires_grad_(flag)
    return result
