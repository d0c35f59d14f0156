# misconception: parameters-unseen
# fails: test_gradients, test_sizes
import torch


class Checkpoint(torch.autograd.Function):
    @staticmethod
    def forward(ctx, block, x):
        ctx.block, ctx.state = block, torch.get_rng_state()
        ctx.save_for_backward(x)
        return block(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.set_rng_state(ctx.state)
            inner = x.detach().requires_grad_()
            y = ctx.block(inner)
        return None, torch.autograd.grad(y, inner, grad)[0]


def forward(blocks, x):
    for block in blocks:
        x = Checkpoint.apply(block, x)
    return x
