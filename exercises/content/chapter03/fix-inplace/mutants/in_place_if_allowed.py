# misconception: changes-input
# fails: test_input_untouched
import torch


def scaled_sigmoid(x, k):
    h = torch.sigmoid(x) if x.requires_grad else x.sigmoid_()
    return k * h
