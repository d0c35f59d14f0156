# misconception: changes-more
# fails: test_no_grad
import torch
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    with torch.enable_grad():
        for block in blocks:
            x = checkpoint(block, x, use_reentrant=False)
    return x
