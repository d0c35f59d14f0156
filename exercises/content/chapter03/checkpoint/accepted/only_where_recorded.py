# why: Under no_grad a plain loop, else a checkpoint of the block's own method.
import torch
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    i = 0
    while i < len(blocks):
        if torch.is_grad_enabled():
            x = checkpoint(blocks[i].forward, x, use_reentrant=False)
        else:
            x = blocks[i](x)
        i += 1
    return x
