# misconception: accumulated
# fails: test_values, test_square, test_float32


def jac(f, x):
    z = x.detach().requires_grad_()
    y = f(z)
    J = x.new_empty(len(y), len(x))
    for i in range(len(y)):
        y[i].backward(retain_graph=True, inputs=[z])
        J[i] = z.grad
    return J
