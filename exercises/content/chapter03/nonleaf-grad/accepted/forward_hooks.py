# why: Module hooks, taken off again, also when something raises.


def activation_grads(layers, x, loss_fn):
    outputs = []

    def keep(module, args, output):
        output.retain_grad()
        outputs.append(output)

    handles = [layer.register_forward_hook(keep) for layer in dict.fromkeys(layers)]
    try:
        h = x
        for layer in layers:
            h = layer(h)
        loss_fn(h).backward()
    finally:
        for handle in handles:
            handle.remove()
    return [output.grad for output in outputs]
