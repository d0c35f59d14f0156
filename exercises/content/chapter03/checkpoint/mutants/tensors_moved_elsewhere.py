# misconception: no-checkpoint
# fails: test_recomputed, test_kept, test_same_block_twice
import torch


def forward(blocks, x):
    with torch.autograd.graph.saved_tensors_hooks(lambda t: t.detach().numpy(), torch.from_numpy):
        for block in blocks:
            x = block(x)
    return x
