# misconception: kept-between-calls
# fails: test_two_calls
RESULT = []


def activation_grads(layers, x, loss_fn):
    RESULT.clear()
    outputs = []
    h = x
    for layer in layers:
        h = layer(h)
        h.retain_grad()
        outputs.append(h)
    loss_fn(h).backward()
    RESULT.extend(output.grad for output in outputs)
    return RESULT
