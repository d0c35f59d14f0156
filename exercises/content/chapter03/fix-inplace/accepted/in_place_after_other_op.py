# why: The in-place product acts on the sum's output, which nobody saved.


def scaled_sigmoid(x, k):
    h = x.sigmoid() + 0
    h.mul_(k)
    return h
