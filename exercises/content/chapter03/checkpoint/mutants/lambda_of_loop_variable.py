# misconception: late-binding
# fails: test_gradients, test_sizes
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    for block in blocks:
        x = checkpoint(lambda t: block(t), x, use_reentrant=False)
    return x
