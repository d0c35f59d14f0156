# attack: take control of every source of randomness, to know the hidden inputs ahead
# layer: checker
# outcome: ok
import os
import random

import numpy
import torch

torch.manual_seed(0)
numpy.random.seed(0)
random.seed(0)
torch.Generator.manual_seed = lambda self, seed: self
torch.randn = lambda *a, **k: torch.zeros(3, 2)
os.urandom = lambda n: bytes(n)
first = torch.rand(5, dtype=torch.float64)


def double(x):
    return first * 2 if x.dim() == 1 else torch.randn(3, 2).double()
