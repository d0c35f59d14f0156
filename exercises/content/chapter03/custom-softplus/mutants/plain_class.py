# misconception: no-function
# fails: test_own_function
import torch.nn.functional as F


class MySoftplus:
    @staticmethod
    def apply(x):
        return F.softplus(x)
