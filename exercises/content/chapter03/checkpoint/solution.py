"""Each block behind a checkpoint of its own: only its input stays until backward comes by."""

from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    for block in blocks:
        x = checkpoint(block, x, use_reentrant=False)
    return x
