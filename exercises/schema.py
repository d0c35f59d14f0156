"""Reads decoded TOML into msgspec structs and reports every mistake, not only the first one."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

Report = Callable[[str, str, str], None]  # key, what, remedy

_WANTED: dict[object, str] = {
    str: "write text in quotes",
    int: "write a whole number without quotes",
    float: "write a number without quotes",
    bool: "write true or false without quotes",
}
_TOML_NAMES = {dict: "a table", list: "a list", str: "text", bool: "true/false", int: "a number", float: "a number"}


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """A remedy for an unknown name: the nearest known one, else `otherwise`, else all of them."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f'did you mean "{near[0]}"?'
    return otherwise or (f"known here: {', '.join(names)}" if names else "remove it")


def collect(value: object, hint: Any, key: str, report: Report) -> None:
    """Compare `value` with the type `hint`; report each difference under its dotted key."""
    hint = _without_none(hint)
    origin = typing.get_origin(hint)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        _collect_struct(value, hint, key, report)
    elif origin is dict:
        if _is(value, dict, key, report):
            for name, item in typing.cast("dict[str, object]", value).items():
                collect(item, typing.get_args(hint)[1], f"{key}.{name}", report)
    elif origin is list:
        if _is(value, list, key, report):
            for index, item in enumerate(typing.cast("list[object]", value)):
                collect(item, typing.get_args(hint)[0], f"{key}[{index + 1}]", report)
    elif origin is typing.Literal:
        allowed = [str(choice) for choice in typing.get_args(hint)]
        if value not in typing.get_args(hint):
            report(key, f"{value!r} is not allowed", did_you_mean(str(value), allowed))
    else:
        _collect_leaf(value, hint, key, report)


def _collect_struct(value: object, struct: type[msgspec.Struct], key: str, report: Report) -> None:
    if not _is(value, dict, key, report):
        return
    table = typing.cast("dict[str, object]", value)
    hints = typing.get_type_hints(struct, include_extras=True)
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    prefix = f"{key}." if key else ""
    for name in table:
        if name not in fields:
            report(prefix + name, "unknown key", did_you_mean(name, fields.keys() - table.keys()))
    for name, field in fields.items():
        if name in table:
            collect(table[name], hints[field.name], prefix + name, report)
        elif field.required:
            report(prefix + name, "missing", "add it")


def _collect_leaf(value: object, hint: Any, key: str, report: Report) -> None:
    try:
        msgspec.convert(value, type=hint)
    except msgspec.ValidationError as error:
        base = typing.get_args(hint)[0] if typing.get_origin(hint) is typing.Annotated else hint
        if isinstance(value, str) and base is str and not value.strip():
            report(key, "is empty", "write it")
        else:
            what = str(error)
            report(key, what[0].lower() + what[1:], _remedy(hint, base))


def _remedy(hint: Any, base: Any) -> str:
    for extra in typing.get_args(hint)[1:]:
        if isinstance(extra, msgspec.Meta) and extra.description:
            return extra.description
    return _WANTED.get(base, "see the other exercises for the form")


def _without_none(hint: Any) -> Any:
    """X for `X | None`: TOML has no null, so an optional key is either there with its type or absent."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        rest = [arg for arg in typing.get_args(hint) if arg is not type(None)]
        if len(rest) == 1:
            return rest[0]
    return hint


def _is(value: object, kind: type, key: str, report: Report) -> bool:
    if isinstance(value, kind):
        return True
    found = _TOML_NAMES.get(type(value), type(value).__name__)
    report(key or "(file)", f"expected {_TOML_NAMES[kind]}, found {found}", f"write {_TOML_NAMES[kind]}")
    return False
