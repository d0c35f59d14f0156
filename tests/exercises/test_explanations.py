"""What torch really says when it raises is recognised: its words change from version to version."""

import pytest
import torch

from exercises.harness.errors import explain
from exercises.harness.student import describe


def own_function(*gradients):
    class Twice(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, factor):
            return x * factor

        @staticmethod
        def backward(ctx, upstream):
            return gradients

    Twice.apply(leaf(), 2.0).sum().backward()


def leaf():
    return torch.ones(3, requires_grad=True)


def twice(loss):
    loss.backward()
    loss.backward()


def overwritten(x):
    y = torch.exp(x)
    y += 1
    y.sum().backward()


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("no_grad_fn", lambda: torch.ones(1).sum().backward()),
        ("second_backward", lambda: twice((leaf() ** 2).sum())),
        ("leaf_inplace", lambda: leaf().add_(1)),
        ("non_scalar_backward", lambda: (2 * leaf()).backward()),
        ("inplace_modified", lambda: overwritten(leaf())),
        ("expanded_written", lambda: torch.ones(1).expand(3).mul_(2)),
        ("gradient_shape", lambda: own_function(torch.ones(2), None)),
        ("gradient_count", lambda: own_function(torch.ones(3))),
        ("hook_without_grad", lambda: torch.ones(1).register_hook(print)),
        ("bool_of_tensor", lambda: max(0, leaf())),
        ("matmul_shapes", lambda: torch.ones(2, 3) @ torch.ones(2, 3)),
        ("dtype", lambda: torch.ones(2, 2) @ torch.ones(2, 2).double()),
        ("broadcast_shapes", lambda: torch.ones(2) + torch.ones(3)),
        ("none_attribute", lambda: leaf().grad.zero_()),
    ],
)
def test_torch_says_what_is_known(name, act):
    with pytest.raises(Exception) as caught:
        act()
    assert explain(describe(caught.value, public=False), "zero_").id == f"error.{name}"
