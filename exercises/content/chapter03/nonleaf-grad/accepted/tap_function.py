# why: A Function that passes everything on and notes the gradient.
import torch


class Tap(torch.autograd.Function):
    @staticmethod
    def forward(ctx, h, box, i):
        ctx.box, ctx.i = box, i
        return h.view_as(h)

    @staticmethod
    def backward(ctx, g):
        ctx.box[ctx.i] = g
        return g, None, None


def activation_grads(layers, x, loss_fn):
    box = {}
    h = x
    for i, l in enumerate(layers):
        h = Tap.apply(l(h), box, i)
    loss_fn(h).backward()
    return [box[i] for i in sorted(box)]
