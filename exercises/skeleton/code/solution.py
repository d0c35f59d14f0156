def gradient_of_squares(x):
    leaf = x.detach().clone().requires_grad_()
    (leaf * leaf).sum().backward()
    return leaf.grad
