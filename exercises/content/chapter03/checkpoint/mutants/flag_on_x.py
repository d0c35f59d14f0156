# misconception: changes-more
# fails: test_data_input, test_nothing_else_changed
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    x.requires_grad_()
    for block in blocks:
        x = checkpoint(block, x, use_reentrant=False)
    return x
