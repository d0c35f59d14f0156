# why: torch.autograd.grad gives a tuple of the activations' gradients; a backward() fills the parameters'.
import torch


def activation_grads(layers, x, loss_fn):
    outputs = [x]
    for layer in layers:
        outputs.append(layer(outputs[-1]))
    loss = loss_fn(outputs[-1])
    grads = torch.autograd.grad(loss, outputs[1:], retain_graph=True)
    loss.backward()
    return grads
