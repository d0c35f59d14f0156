# misconception: fills-grad
# fails: test_parameters_untouched


def vjp(f, x, v):
    point = x.detach().clone().requires_grad_()
    f(point).backward(v)
    return point.grad
