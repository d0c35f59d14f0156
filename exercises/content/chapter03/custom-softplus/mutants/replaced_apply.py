# misconception: no-function
# fails: test_own_function
import torch


class MySoftplus(torch.autograd.Function):
    @staticmethod
    def apply(x):
        return torch.logaddexp(x, torch.zeros_like(x))
