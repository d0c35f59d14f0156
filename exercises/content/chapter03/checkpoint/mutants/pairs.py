# misconception: several-at-once
# fails: test_recomputed, test_same_block_twice
from torch import nn
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    for i in range(0, len(blocks), 2):
        x = checkpoint(nn.Sequential(*blocks[i : i + 2]), x, use_reentrant=False)
    return x
