# misconception: reentrant
# fails: test_data_input, test_autograd_grad, test_nothing_else_changed
import torch


class Checkpoint(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, block):
        ctx.block, ctx.state = block, torch.get_rng_state()
        ctx.save_for_backward(x)
        return block(x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.set_rng_state(ctx.state)
            inner = x.detach().requires_grad_()
            ctx.block(inner).backward(grad)
        return inner.grad, None


def forward(blocks, x):
    for block in blocks:
        x = Checkpoint.apply(x, block)
    return x
