"""Which kind of mistake an exception tells of: ids of the [error.*] texts that explain it.

An exception's own text is a claim of the student's process and could carry hidden inputs out, so for hidden tests
only the id leaves the checker, with names that stand in the student's source.
"""

from __future__ import annotations

import builtins
import errno
import re
import types
from collections.abc import Mapping

import numpy
import torch

from exercises.results import Message, Param
from sandbox.protocol import Verdict

_BY_TEXT = [
    (re.compile(pattern), name)
    for pattern, name in (
        (r"element \d+ of tensors does not require grad", "no_grad_fn"),
        (r"Trying to backward through the graph a second time", "second_backward"),
        (r"leaf Variable that requires grad .*in-place", "leaf_inplace"),
        (r"grad can be implicitly created only for scalar outputs", "non_scalar_backward"),
        (r"modified by an inplace operation", "inplace_modified"),
        (r"more than one element of the written-to tensor", "expanded_written"),
        (r"returned an invalid gradient at index \d+ - got \[.*expected shape", "gradient_shape"),
        (r"returned an incorrect number of gradients", "gradient_count"),
        (r"cannot register a hook on a tensor that doesn't require gradient", "hook_without_grad"),
        (r"Boolean value of Tensor with more than one value", "bool_of_tensor"),
        (r"'NoneType' object has no attribute '(?P<attribute>\w+)'", "none_attribute"),
        (r"shapes cannot be multiplied|size mismatch|inconsistent tensor size|expected .*matrix", "matmul_shapes"),
        (r"have the same dtype|expected scalar type|Found dtype", "dtype"),
        (r"must match the size of tensor|not broadcastable|output with shape .* doesn't match", "broadcast_shapes"),
        (r"missing \d+ required (positional|keyword-only) argument", "missing_argument"),
        (r"takes .*positional arguments? but|unexpected keyword argument|multiple values for", "unexpected_argument"),
        (r"No module named '(?P<name>[\w.]+)'|cannot import name '(?P<other>\w+)'", "import_missing"),
        (r"name '(?P<name>\w+)' is not defined|cannot access local variable '(?P<other>\w+)'", "name_error"),
    )
]
_BY_TYPE = {
    "IndexError": "index",
    "KeyError": "key",
    "TypeError": "type",
    "ValueError": "value",
    "ZeroDivisionError": "zero_division",
    "RecursionError": "recursion",
    "AttributeError": "attribute",
    "AssertionError": "assertion",
}
_LIBRARY_TYPES = {"OutOfMemoryError", "LinAlgError", "Unencodable"}


def explain(error: Mapping[str, object], source: str) -> Message:
    """The text that explains this error; `error.own` when nobody knows it."""
    text = _text(error)
    for pattern, name in _BY_TEXT:
        if found := pattern.search(text):
            params: dict[str, Param] = {}
            for key, value in found.groupdict().items():
                if value and (value in source or (key == "attribute" and hasattr(torch.Tensor, value))):
                    params["name" if key == "other" else key] = value
            wanted = {key for key in found.groupdict() if key != "other"}
            if wanted <= params.keys():
                return Message(f"error.{name}", params)
    return Message(f"error.{_BY_TYPE.get(str(error.get('type')), 'own')}")


def _text(error: Mapping[str, object]) -> str:
    """What it says, no longer than an honest process sends: some patterns take quadratic time."""
    text = error.get("text")
    return text[:2000] if isinstance(text, str) else ""


_TENSOR_TYPE = re.compile(r"Tensor \((\w+), (\w+)\)")
_COMMON_TYPES = {kind.__name__ for kind in vars(types).values() if isinstance(kind, type)}


def is_common_type(name: str) -> bool:
    """A type of Python, torch or NumPy, or a kind of tensor that does not cross."""
    if found := _TENSOR_TYPE.fullmatch(name):
        return all(hasattr(torch, word) for word in found.groups())
    return name in _COMMON_TYPES or any(hasattr(module, name) for module in (builtins, torch, numpy))


def raised(error: Mapping[str, object], source: str) -> list[Message]:
    """What happened, with the student's line quoted from their source, and the explanation."""
    lines = source.splitlines()
    line = error.get("line")
    known = isinstance(line, int) and 1 <= line <= len(lines)
    name = str(error.get("type"))
    if not (hasattr(builtins, name) or name in _LIBRARY_TYPES or (name.isidentifier() and name in source)):
        name = "Exception"
    params: dict[str, Param] = {
        "error": name,
        "line": line if known and isinstance(line, int) else None,
        "text": lines[line - 1].strip()[:200] if known and isinstance(line, int) else "",
    }
    explanation = explain(error, source)
    return [Message("raised", params | {"explained": explanation.id != "error.own"}), explanation]


_OUT_OF_MEMORY = re.compile(r"DefaultCPUAllocator|can't allocate memory|Cannot allocate memory")
_ERRNO = {
    errno.ENOMEM: Verdict.CLAIMS_MEMORY,
    errno.EAGAIN: Verdict.CLAIMS_PROCESSES,
    errno.ENOSPC: Verdict.CLAIMS_OUTPUT,
    errno.EFBIG: Verdict.CLAIMS_OUTPUT,
    errno.EDQUOT: Verdict.CLAIMS_OUTPUT,
}


def claim(error: Mapping[str, object]) -> Verdict | None:
    """The limit that this error says it ran into, if it does."""
    kind, text = error.get("type"), _text(error)
    if kind == "MemoryError" or _OUT_OF_MEMORY.search(text):
        return Verdict.CLAIMS_MEMORY
    if "can't start new thread" in text:
        return Verdict.CLAIMS_PROCESSES
    if kind == "SystemExit":
        return Verdict.CLAIMS_EXIT
    number = error.get("errno")
    return _ERRNO.get(number) if isinstance(number, int) else None
