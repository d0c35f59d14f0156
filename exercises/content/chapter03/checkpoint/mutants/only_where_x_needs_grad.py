# misconception: some-blocks
# fails: test_data_input
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    for block in blocks:
        x = checkpoint(block, x, use_reentrant=False) if x.requires_grad else block(x)
    return x
