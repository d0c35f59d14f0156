# misconception: several-at-once
# fails: test_kept
import torch


class Chain(torch.autograd.Function):
    @staticmethod
    def forward(ctx, blocks, x, *params):
        ctx.blocks, ctx.inputs, ctx.states = blocks, [], []
        for block in blocks:
            ctx.inputs.append(x.detach())
            ctx.states.append(torch.get_rng_state())
            x = block(x)
        return x

    @staticmethod
    def backward(ctx, grad):
        parts, found = [], []
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            for block, x, state in zip(ctx.blocks[::-1], ctx.inputs[::-1], ctx.states[::-1]):
                torch.set_rng_state(state)
                inner = x.detach().requires_grad_()
                parts.append((block, inner, block(inner)))
        for block, inner, y in parts:
            grad, *grads = torch.autograd.grad(y, [inner, *block.parameters()], grad)
            found = grads + found
        return None, grad, *found


def forward(blocks, x):
    return Chain.apply(list(blocks), x, *[p for block in blocks for p in block.parameters()])
