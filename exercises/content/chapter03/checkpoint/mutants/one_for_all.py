# misconception: several-at-once
# fails: test_recomputed, test_kept, test_same_block_twice
from torch import nn
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    return checkpoint(nn.Sequential(*blocks), x, use_reentrant=False)
