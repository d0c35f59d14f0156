# misconception: too-much-work
# fails: test_recomputed, test_same_block_twice
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    def upto(i, x):
        if i < 0:
            return x
        return blocks[i](checkpoint(upto, i - 1, x, use_reentrant=False))

    return checkpoint(upto, len(blocks) - 1, x, use_reentrant=False)
