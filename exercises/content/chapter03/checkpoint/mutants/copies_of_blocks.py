# misconception: parameters-unseen
# fails: test_gradients, test_sizes
import copy

from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    for block in copy.deepcopy(blocks):
        x = checkpoint(block, x, use_reentrant=False)
    return x
