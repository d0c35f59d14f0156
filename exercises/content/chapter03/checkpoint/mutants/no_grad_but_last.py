# misconception: detached
# fails: test_gradients, test_sizes
import torch
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    with torch.no_grad():
        for block in blocks[:-1]:
            x = block(x)
    return checkpoint(blocks[-1], x, use_reentrant=False)
