# attack: fill memory with tensors, where no Python object counts the bytes
# layer: rlimits
# outcome: memory_limit
import torch


def double(x):
    hoard = []
    while True:
        hoard.append(torch.ones(4 << 20))
