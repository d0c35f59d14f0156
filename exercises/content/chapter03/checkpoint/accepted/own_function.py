# why: A Function of its own: the parameters are inputs, the random state is kept and put back.
import torch


class Checkpoint(torch.autograd.Function):
    @staticmethod
    def forward(ctx, block, x, *params):
        ctx.block, ctx.state = block, torch.get_rng_state()
        ctx.save_for_backward(x, *params)
        return block(x)

    @staticmethod
    def backward(ctx, grad):
        x, *params = ctx.saved_tensors
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.set_rng_state(ctx.state)
            inner = x.detach().requires_grad_(ctx.needs_input_grad[1])
            y = ctx.block(inner)
        wanted = [*([inner] if inner.requires_grad else []), *params]
        grads = torch.autograd.grad(y, wanted, grad)
        return (None, *grads) if inner.requires_grad else (None, None, *grads)


def forward(blocks, x):
    for block in blocks:
        x = Checkpoint.apply(block, x, *block.parameters())
    return x
