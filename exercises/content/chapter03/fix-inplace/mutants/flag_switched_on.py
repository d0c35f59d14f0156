# misconception: changes-input
# fails: test_value, test_input_untouched
import torch


def scaled_sigmoid(x, k):
    x.requires_grad_()
    return k * torch.sigmoid(x)
