"""What hidden and public tests import: comparisons that say shape, size of the difference and ratio, never the input."""

from __future__ import annotations

import math
from typing import Any, NoReturn

import torch

from exercises.harness.values import Opaque
from exercises.results import Message, Param

# Relative and absolute tolerance by dtype: a few hundred roundings of the arithmetic that a right answer may reorder.
_TOLERANCE = {torch.float64: (1e-7, 1e-10), torch.float32: (1e-4, 1e-6)}
_LOOSE = (1e-2, 1e-3)  # float16, bfloat16


class CheckFailed(AssertionError):
    """A test's verdict: messages for the student, and the misconception if the test itself knows it."""

    def __init__(self, *messages: Message, misconception: str | None = None) -> None:
        super().__init__(", ".join(message.id for message in messages))
        self.messages = list(messages)
        self.misconception = misconception


def fail(key: str, misconception: str | None = None, **params: Param) -> NoReturn:
    """Fail with [messages.KEY] of the exercise.toml. `params`: numbers and short names, never a hidden input."""
    raise CheckFailed(Message(f"exercise:{key}", params), misconception=misconception)


def _fail(message: str, what: str, **params: Param) -> NoReturn:
    raise CheckFailed(Message(message, {"what": what, **params}))


def kind_of(value: object) -> str:
    """The type as a student would say it."""
    if isinstance(value, Opaque):
        return value.type_name
    return "Tensor" if isinstance(value, torch.Tensor) else "None" if value is None else type(value).__name__


def assert_type(seen: object, expected: type | tuple[type, ...], what: str) -> None:
    """`seen` is of one of these types; a bool is no int, an int will do for a float."""
    kinds = expected if isinstance(expected, tuple) else (expected,)
    right = isinstance(seen, kinds) and (type(seen) is not bool or bool in kinds)
    if not right and not (float in kinds and type(seen) is int):
        _fail("type_differs", what, seen=kind_of(seen), expected=" / ".join(_type_name(kind) for kind in kinds))


def _type_name(kind: type) -> str:
    return "None" if kind is type(None) else kind.__name__


def assert_equal(seen: object, expected: object, what: str) -> None:
    """Exactly equal, of the same type: flags, counts, names, shapes. For floats and tensors use assert_close."""
    if isinstance(seen, torch.Tensor) or isinstance(expected, torch.Tensor):
        raise TypeError("assert_equal compares plain values; use assert_close for tensors")
    if type(seen) is not type(expected):
        _fail("type_differs", what, seen=kind_of(seen), expected=kind_of(expected))
    if seen != expected:
        _fail("value_wrong", what)


def assert_close(
    seen: object, expected: object, what: str, rtol: float | None = None, atol: float | None = None
) -> None:
    """Type, shape, dtype, finiteness and values, in this order. Dicts and lists are walked with names like w["b"][2].

    `expected` decides: where it holds a tensor, a number will not do. Lists of floats are compared as one vector.
    """
    if isinstance(expected, dict):
        _close_dict(seen, expected, what, rtol, atol)
    elif isinstance(expected, list | tuple):
        _close_sequence(seen, expected, what, rtol, atol)
    elif isinstance(expected, torch.Tensor):
        assert_type(seen, torch.Tensor, what)
        assert isinstance(seen, torch.Tensor)
        _close_tensor(seen, expected, what, rtol, atol)
    elif isinstance(expected, float):
        assert_type(seen, float, what)
        assert isinstance(seen, int | float)
        _close_tensor(_number(seen), _number(expected), what, rtol, atol)
    else:
        assert_equal(seen, expected, what)


def _close_dict(seen: object, expected: dict[str, Any], what: str, rtol: float | None, atol: float | None) -> None:
    assert_type(seen, dict, what)
    assert isinstance(seen, dict)
    for key, value in expected.items():
        if key not in seen:
            _fail("missing_key", what, key=key)
        assert_close(seen[key], value, f'{what}["{key}"]', rtol, atol)


def _close_sequence(
    seen: object, expected: list[Any] | tuple[Any, ...], what: str, rtol: float | None, atol: float | None
) -> None:
    assert_type(seen, type(expected), what)
    assert isinstance(seen, list | tuple)
    if len(seen) != len(expected):
        _fail("length_differs", what, seen=len(seen), expected=len(expected))
    if expected and all(type(item) is float for item in expected):
        for index, item in enumerate(seen):
            assert_type(item, float, f"{what}[{index}]")
        return _close_tensor(_vector(seen), _vector(expected), what, rtol, atol)
    for index, (item, wanted) in enumerate(zip(seen, expected, strict=True)):
        assert_close(item, wanted, f"{what}[{index}]", rtol, atol)


def _vector(numbers: list[Any] | tuple[Any, ...]) -> torch.Tensor:
    return torch.tensor([float(number) for number in numbers], dtype=torch.float64)


def _number(number: float) -> torch.Tensor:
    return torch.tensor(float(number), dtype=torch.float64)


def _close_tensor(
    seen: torch.Tensor, expected: torch.Tensor, what: str, rtol: float | None, atol: float | None
) -> None:
    if seen.shape != expected.shape:
        params: dict[str, Param] = {"seen": shape(seen), "expected": shape(expected)}
        _fail("shape_broadcasts" if _broadcasts(seen, expected) else "shape_differs", what, **params)
    if seen.dtype != expected.dtype:
        _fail("dtype_differs", what, seen=str(seen.dtype)[6:], expected=str(expected.dtype)[6:])
    if not (expected.is_floating_point() or expected.is_complex()):
        if not torch.equal(seen, expected):
            _fail("value_wrong", what)
        return
    if torch.equal(seen, expected):  # as most right answers are, in a fraction of the time
        return
    default_rtol, default_atol = tolerance(expected.dtype)
    rtol, atol = default_rtol if rtol is None else rtol, default_atol if atol is None else atol
    if torch.allclose(seen, expected, rtol=rtol, atol=atol, equal_nan=True):
        return
    bad = int((~torch.isfinite(seen) & torch.isfinite(expected)).sum())
    if bad:
        _fail("not_finite", what, count=bad)
    _fail("values_differ", what, **difference(seen, expected))


def tolerance(dtype: torch.dtype) -> tuple[float, float]:
    """Relative and absolute."""
    return _TOLERANCE.get(dtype, _LOOSE)


def _broadcasts(seen: torch.Tensor, expected: torch.Tensor) -> bool:
    """Would `seen - expected` pass in silence?"""
    try:
        torch.broadcast_shapes(seen.shape, expected.shape)
    except RuntimeError:
        return False
    return True


def shape(tensor: torch.Tensor) -> str:
    return str(tuple(tensor.shape))


def difference(seen: torch.Tensor, expected: torch.Tensor) -> dict[str, Param]:
    """Largest absolute and relative difference, and yours / expected where it is one number throughout."""
    apart = (seen - expected).abs().double()
    scale = expected.abs().double()
    largest = float(apart.max())
    relative = float((apart / scale.clamp_min(1e-30))[scale > 1e-12].max()) if bool((scale > 1e-12).any()) else math.inf
    return {
        "shape": shape(expected) if expected.dim() else None,
        "max_abs": f"{largest:.3g}",
        "max_rel": f"{relative:.3g}" if math.isfinite(relative) else "∞",
        "ratio": _ratio(seen, expected),
    }


def _ratio(seen: torch.Tensor, expected: torch.Tensor) -> str | None:
    if seen.is_complex() or expected.numel() == 0:
        return None
    top = float(expected.abs().max())
    telling = expected.abs() > 1e-6 * top
    if top == 0 or not bool(torch.isclose(seen[~telling], expected[~telling], atol=1e-6 * top).all()):
        return None
    ratios = seen[telling].double() / expected[telling].double()
    low, high = float(ratios.min()), float(ratios.max())
    if high - low > 1e-3 * max(1.0, abs(high)):
        return None
    middle = (low + high) / 2
    return f"{round(middle)}" if abs(middle - round(middle)) < 1e-3 else f"{middle:.3g}"
