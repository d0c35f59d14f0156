# why: checkpoint_sequential leaves its last segment out: here that is an identity.
from torch import nn
from torch.utils.checkpoint import checkpoint_sequential


def forward(blocks, x):
    return checkpoint_sequential([*blocks, nn.Identity()], len(blocks) + 1, x, use_reentrant=False)
