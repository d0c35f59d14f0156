# misconception: no-checkpoint
# fails: test_recomputed, test_kept, test_same_block_twice


def forward(blocks, x):
    for block in blocks:
        x = block(x)
    return x
