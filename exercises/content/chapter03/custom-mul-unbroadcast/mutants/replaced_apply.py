# misconception: no-function
# fails: test_own_function
import torch


class Mul(torch.autograd.Function):
    @staticmethod
    def apply(a, b):
        return a * b
