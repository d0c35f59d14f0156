# misconception: no-checkpoint
# fails: test_recomputed, test_kept, test_same_block_twice
import torch


class Checkpoint(torch.autograd.Function):
    @staticmethod
    def forward(ctx, block, x, *params):
        with torch.enable_grad():
            ctx.x = x.detach().requires_grad_(x.requires_grad)
            ctx.y = block(ctx.x)
        ctx.params = params
        return ctx.y.detach()

    @staticmethod
    def backward(ctx, grad):
        wanted = [*([ctx.x] if ctx.x.requires_grad else []), *ctx.params]
        grads = torch.autograd.grad(ctx.y, wanted, grad)
        return (None, *grads) if ctx.x.requires_grad else (None, None, *grads)


def forward(blocks, x):
    for block in blocks:
        x = Checkpoint.apply(block, x, *block.parameters())
    return x
