# why: create_graph=True keeps the graph as well, though for another purpose.


def three_reads(x):
    z = x * x + 2 * x + 1
    z.backward(create_graph=True)
    a = x.grad.item()
    z.backward(create_graph=True)
    b = x.grad.item()
    x.grad = None
    z.backward()
    return [a, b, x.grad.item()]
