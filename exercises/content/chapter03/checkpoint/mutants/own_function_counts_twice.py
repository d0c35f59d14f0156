# misconception: own-function-wrong
# fails: test_gradients, test_sizes
import torch


class Checkpoint(torch.autograd.Function):
    @staticmethod
    def forward(ctx, block, x, *params):
        ctx.block, ctx.state, ctx.params = block, torch.get_rng_state(), params
        ctx.save_for_backward(x)
        return block(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.set_rng_state(ctx.state)
            inner = x.detach().requires_grad_()
            ctx.block(inner).backward(grad)
        return None, inner.grad, *(param.grad for param in ctx.params)


def forward(blocks, x):
    for block in blocks:
        x = Checkpoint.apply(block, x, *block.parameters())
    return x
