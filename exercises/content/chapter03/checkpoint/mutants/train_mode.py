# misconception: changes-more
# fails: test_nothing_else_changed
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    for block in blocks:
        x = checkpoint(block.train(), x, use_reentrant=False)
    return x
