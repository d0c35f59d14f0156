# misconception: some-blocks
# fails: test_recomputed, test_same_block_twice
from torch.utils.checkpoint import checkpoint_sequential


def forward(blocks, x):
    return checkpoint_sequential(blocks, len(blocks), x, use_reentrant=False)
