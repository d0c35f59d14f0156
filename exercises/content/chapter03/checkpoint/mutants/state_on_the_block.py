# misconception: shared-state
# fails: test_two_calls, test_same_block_twice
import torch


class Checkpoint(torch.autograd.Function):
    @staticmethod
    def forward(ctx, block, x, *params):
        ctx.block = block
        block.kept = x.detach(), torch.get_rng_state(), x.requires_grad
        return block(x)

    @staticmethod
    def backward(ctx, grad):
        x, state, needs_grad = ctx.block.kept
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.set_rng_state(state)
            inner = x.requires_grad_(needs_grad)
            y = ctx.block(inner)
        wanted = [*([inner] if needs_grad else []), *ctx.block.parameters()]
        grads = torch.autograd.grad(y, wanted, grad)
        return (None, *grads) if needs_grad else (None, None, *grads)


def forward(blocks, x):
    for block in blocks:
        x = Checkpoint.apply(block, x, *block.parameters())
    return x
