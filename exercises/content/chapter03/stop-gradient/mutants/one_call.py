# misconception: other-branches
# fails: test_two_calls
import torch


def consistency(f, x, noise):
    noisy, clean = f(torch.cat([x + noise, x])).chunk(2)
    return ((noisy - clean.detach()) ** 2).mean()
