# misconception: other-network
# fails: test_gradients, test_sizes
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    for block in blocks:
        x = checkpoint(block, x, use_reentrant=False).float().to(x.dtype)
    return x
