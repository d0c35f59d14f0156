"""Puts the messages of a result into the student's language."""

from __future__ import annotations

import logging
import string
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from exercises.format import Exercise, Text
from exercises.results import Message, Param, Result, TestResult

_log = logging.getLogger(__name__)
_FILE = Path(__file__).with_suffix(".toml")
_OWN = "exercise:"


class MessageText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table of messages.toml; its head says what `with`, `when` and `words` are for."""

    en: str
    zh_hant: str = msgspec.field(name="zh-hant")
    with_: dict[str, Text] = msgspec.field(name="with", default_factory=dict)
    when: dict[str, dict[str, Text]] = {}
    words: dict[str, str] = {}


@cache
def catalogue() -> dict[str, MessageText]:
    """All of messages.toml by id."""
    return msgspec.toml.decode(_FILE.read_bytes(), type=dict[str, MessageText])


def render(message: Message, locale: str, exercise: Exercise | None = None, *, strict: bool = False) -> str:
    """The message as one text, code between backticks.

    An unknown id gives the general "this check failed" and a line in the log, because the result is
    already stored and the student's page must stand; with `strict` it raises KeyError.
    """
    try:
        # Chinese sentences follow each other without a space.
        joint = "" if locale.lower().startswith("zh") else " "
        return joint.join(_sentences(message, locale, exercise, strict))
    except KeyError:
        if strict:
            raise
        _log.warning("no text for message %r with %s", message.id, sorted(message.params))
        return _pick(catalogue()["check_failed"], locale)


def of_test(result: Result, test: TestResult) -> list[Message]:
    """What to show beside a failed test: its own messages, else why the whole submission ended early."""
    own = [message for message in test.messages if message.id not in ("unanswered", "not_run")]
    return own or result.notes or test.messages


def outcome_text(outcome: str, locale: str) -> str:
    """A few words for a sandbox outcome. Raises KeyError."""
    return _pick(catalogue()[f"outcome.{outcome}"], locale)


def _sentences(message: Message, locale: str, exercise: Exercise | None, strict: bool) -> Iterator[str]:
    params = dict(message.params)
    if message.id.startswith(_OWN):
        own = exercise.messages if exercise else {}
        yield _fill(own[message.id.removeprefix(_OWN)].get(locale), params)
        return
    text = catalogue()[message.id]
    for name, prefix in text.words.items():
        if name in params:
            params[name] = _word(prefix, params[name], locale, strict)
    if exercise and exercise.predict and "field" in params:
        labels = {field.name: field.label.get(locale) for field in exercise.predict.fields}
        params["field"] = labels.get(str(params["field"]), params["field"])
    yield _fill(_pick(text, locale), params)
    for name, more in text.with_.items():
        if params.get(name) not in (None, ""):
            yield _fill(more.get(locale), params)
    for name, by_value in text.when.items():
        if str(params.get(name)) in by_value:
            yield _fill(by_value[str(params[name])].get(locale), params)


def _word(prefix: str, value: Param, locale: str, strict: bool) -> str:
    word = catalogue().get(f"{prefix}{value}")
    if word is None and strict:
        raise KeyError(f"{prefix}{value}")
    return _pick(word, locale) if word else str(value)


def _pick(text: MessageText, locale: str) -> str:
    return text.zh_hant if locale.lower().startswith("zh") else text.en


def _fill(template: str, params: Mapping[str, Param]) -> str:
    return _PlainFormatter().vformat(template, (), {name: _show(value) for name, value in params.items()})


def _show(value: Param) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


class _PlainFormatter(string.Formatter):
    """str.format that knows names only: no attributes, no items, nothing to reach through."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[str, str]:
        return kwargs[field_name], field_name
