# misconception: random-state-disturbed
# fails: test_dropout, test_random_state
import torch
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    def seeded(block, x):
        torch.manual_seed(0)
        return block(x)

    for block in blocks:
        x = checkpoint(seeded, block, x, use_reentrant=False, preserve_rng_state=False)
    return x
