# misconception: tensor-returned
# fails: test_plain_float
import torch


def clip_(params, max_norm):
    return torch.nn.utils.clip_grad_norm_(params, max_norm)
