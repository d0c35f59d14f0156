# misconception: some-blocks
# fails: test_recomputed, test_kept, test_same_block_twice
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    x = checkpoint(blocks[0], x, use_reentrant=False)
    for block in blocks[1:]:
        x = block(x)
    return x
