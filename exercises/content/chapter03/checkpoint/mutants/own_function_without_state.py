# misconception: random-state-lost
# fails: test_dropout, test_random_state
import torch


class Checkpoint(torch.autograd.Function):
    @staticmethod
    def forward(ctx, block, x, *params):
        ctx.block = block
        ctx.save_for_backward(x, *params)
        return block(x)

    @staticmethod
    def backward(ctx, grad):
        x, *params = ctx.saved_tensors
        with torch.enable_grad():
            inner = x.detach().requires_grad_(x.requires_grad)
            y = ctx.block(inner)
        wanted = [*([inner] if inner.requires_grad else []), *params]
        grads = torch.autograd.grad(y, wanted, grad)
        return (None, *grads) if inner.requires_grad else (None, None, *grads)


def forward(blocks, x):
    for block in blocks:
        x = Checkpoint.apply(block, x, *block.parameters())
    return x
