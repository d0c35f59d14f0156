# misconception: reentrant
# fails: test_autograd_grad
import torch
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    dummy = torch.ones(1, requires_grad=True)
    for block in blocks:
        x = checkpoint(lambda t, _, block=block: block(t), x, dummy, use_reentrant=True)
    return x
