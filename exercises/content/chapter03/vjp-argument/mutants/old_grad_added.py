# misconception: reads-old-grad
# fails: test_x_untouched, test_float32


def vjp(f, x, v):
    point = x.detach().requires_grad_()
    if x.grad is not None:
        point.grad = x.grad.clone()
    f(point).backward(v, inputs=[point])
    return point.grad
