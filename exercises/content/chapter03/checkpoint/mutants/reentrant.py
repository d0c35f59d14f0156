# misconception: reentrant
# fails: test_data_input, test_autograd_grad, test_nothing_else_changed
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    for block in blocks:
        x = checkpoint(block, x, use_reentrant=True)
    return x
