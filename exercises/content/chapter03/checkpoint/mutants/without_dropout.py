# misconception: other-network
# fails: test_dropout, test_random_state
from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    for block in blocks:
        mode = block.training
        block.eval()
        x = checkpoint(block, x, use_reentrant=False)
        block.train(mode)
    return x
