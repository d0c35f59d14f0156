# why: Recursion from the end; the lambda's block is an argument.
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    if not blocks:
        return x
    *before, last = blocks
    return checkpoint(lambda t: last(t), forward(before, x), use_reentrant=False)
