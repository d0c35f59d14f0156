# misconception: own-backward
# fails: test_gradient, test_input_untouched, test_any_factor, test_inside_a_graph, test_shapes, test_float32
import torch


class Scaled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        out = k * torch.sigmoid(x)
        ctx.save_for_backward(torch.sigmoid(x))
        ctx.k = k
        return out

    @staticmethod
    def backward(ctx, grad_output):
        (s,) = ctx.saved_tensors
        return s * (1 - s) * ctx.k, None


def scaled_sigmoid(x, k):
    return Scaled.apply(x, k)
