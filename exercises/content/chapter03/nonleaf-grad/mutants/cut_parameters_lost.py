# misconception: graph-cut
# fails: test_parameter_gradients, test_any_network, test_float32
import torch


def activation_grads(layers, x, loss_fn):
    outputs = [layers[0](x).detach().requires_grad_()]
    for layer in layers[1:]:
        outputs.append(layer(outputs[-1]))
        outputs[-1].retain_grad()
    loss_fn(outputs[-1]).backward()
    return [output.grad for output in outputs]
