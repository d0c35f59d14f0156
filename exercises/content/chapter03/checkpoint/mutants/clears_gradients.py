# misconception: changes-more
# fails: test_added_to_grad, test_two_calls
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    for block in blocks:
        block.zero_grad()
        x = checkpoint(block, x, use_reentrant=False)
    return x
