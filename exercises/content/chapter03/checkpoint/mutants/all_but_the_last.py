# misconception: some-blocks
# fails: test_recomputed, test_same_block_twice
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    for block in blocks[:-1]:
        x = checkpoint(block, x, use_reentrant=False)
    return blocks[-1](x)
