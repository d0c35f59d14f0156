# misconception: other-network
# fails: test_same_block_twice
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    for block in dict.fromkeys(blocks):
        x = checkpoint(block, x, use_reentrant=False)
    return x
