# why: One Function for the whole list, which keeps every block's input and goes back block by block.
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
        after = torch.get_rng_state()
        found = []
        try:
            for block, x, state in zip(reversed(ctx.blocks), reversed(ctx.inputs), reversed(ctx.states)):
                torch.set_rng_state(state)
                x = x.detach().requires_grad_()
                with torch.enable_grad():
                    y = block(x)
                grad, *grads = torch.autograd.grad(y, [x, *block.parameters()], grad)
                found = grads + found
        finally:
            torch.set_rng_state(after)
        return None, grad, *found


def forward(blocks, x):
    return Chain.apply(list(blocks), x, *[p for block in blocks for p in block.parameters()])
