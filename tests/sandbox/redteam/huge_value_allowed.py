# attack: the largest reply that is allowed, so that the reader runs out of its own memory
# layer: checker
# outcome: ok
import torch


def double(x):
    return [torch.ones(30 << 20, dtype=torch.uint8), ["" for _ in range(50_000)]]
