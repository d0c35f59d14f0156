# misconception: random-state-disturbed
# fails: test_random_state, test_two_calls
import torch
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    for block in blocks:
        state = torch.get_rng_state()
        first = [True]

        def run(t, block=block, state=state, first=first):
            if not first:
                torch.set_rng_state(state)
            first.clear()
            return block(t)

        x = checkpoint(run, x, use_reentrant=False, preserve_rng_state=False)
    return x
