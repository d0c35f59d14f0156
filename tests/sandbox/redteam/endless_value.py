# attack: a list that holds itself, a dict that never ends
# layer: values
# outcome: ok
def double(x):
    if x.dim() == 1:
        ring = []
        ring.append(ring)
        return ring
    chain = {}
    for _ in range(100_000):
        chain = {"a": chain}
    return chain
