# misconception: too-much-work
# fails: test_recomputed, test_same_block_twice
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    for block in blocks:
        x = checkpoint(checkpoint, block, x, use_reentrant=False)
    return x
