# misconception: random-state-disturbed
# fails: test_dropout, test_random_state
import torch
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    def seeded(block, seed, x):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return block(x)

    for block in blocks:
        seed = int(torch.randint(0, 2**31, ()))
        x = checkpoint(seeded, block, seed, x, use_reentrant=False)
    return x
