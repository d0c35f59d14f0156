"""The student's role: load their code and the author's probe, then answer calls. Hostile from the first line on.

Nothing here is trusted by anyone: whatever this process says is a claim that the checker verifies by values.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import linecache
import os
import re
import socket
import sys
import traceback
from types import CodeType, ModuleType
from typing import Any

from exercises.harness import values
from exercises.harness.observed import Observed
from exercises.harness.parts import StudentPart, code_of

FILE = "submission.py"
_KEPT_OUTPUT = 16 << 10


class _Printed(io.StringIO):
    """Keeps the beginning of what is printed."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, _KEPT_OUTPUT - self.tell())])
        return len(text)


def load_module(name: str, code: CodeType) -> ModuleType:
    """Run `code` as module `name`; whatever it raises goes through."""
    module = ModuleType(name)
    module.__file__ = code.co_filename
    sys.modules[name] = module
    exec(code, module.__dict__)
    return module


def serve(part: StudentPart, peer: socket.socket) -> None:
    """Answer the checker until it closes."""
    serving = os.getpid()
    student = Student(part)
    while True:
        try:
            frame_id, call = values.receive(peer)
        except EOFError:
            return
        reply = student.answer(call)
        if os.getpid() != serving:  # a fork of the student's, come back from their code
            os._exit(0)
        try:
            values.send(peer, frame_id, reply)
        except OSError:  # the checker heard enough
            return
        except values.Unencodable as error:
            values.send(peer, frame_id, {"error": {"type": "Unencodable", "text": str(error)}})
        except Exception as error:  # of the value's own: a tensor without data, an attribute that raises
            values.send(peer, frame_id, {"error": describe(error, part.public)})


class Student:
    """The student's side of the conversation: answers one call after the other."""

    def __init__(self, part: StudentPart) -> None:
        self.part = part
        self.probe: ModuleType | None = None
        self.observed: Observed | None = None  # in a traced run: since the checker asked for it

    def answer(self, call: dict[str, Any]) -> dict[str, Any]:
        printed = _Printed()
        capture = contextlib.redirect_stdout(printed) if self.part.public else contextlib.nullcontext()
        try:
            with capture:
                value = self._answer(call)
            reply: dict[str, Any] = {"value": value}
        except BaseException as error:
            reply = {"error": describe(error, self.part.public)}
        reply["stdout"] = printed.getvalue()
        return reply

    def _answer(self, call: dict[str, Any]) -> object:
        match call["op"]:
            case "load":
                return self._load()
            case "observe":
                self.observed = Observed(self.part.source.decode(errors="replace"), FILE)
                return None
            case "observed":
                return self.observed.told() if self.observed else None
            case _:
                return self._call(call["name"], call["args"])

    def _call(self, name: str, args: dict[str, Any]) -> object:
        function = getattr(self.probe, name)
        with self._observing():
            return function(**args)

    def _observing(self) -> contextlib.AbstractContextManager[object]:
        """The first call after the checker asked for it is observed."""
        if self.observed is None or self.observed.is_used:
            return contextlib.nullcontext()
        return self.observed

    def _load(self) -> dict[str, Any]:
        """Findings about the submission as a whole: [id, params] in the order in which a reader should mend them."""
        source = self.part.source
        findings, namespace = [], {}
        if (finding := _unreadable(source)) is None:
            text = source.decode()
            linecache.cache[FILE] = (len(text), None, text.splitlines(keepends=True), FILE)
            try:
                code = compile(text, FILE, "exec")
                with self._observing():
                    namespace = load_module("submission", code).__dict__
            except SyntaxError as error:
                finding = _syntax_error(error)
                sys.modules["submission"] = ModuleType("submission")  # for the probe, which may know its text
            except BaseException as error:
                finding = ["load_raised", describe(error, public=True)]
                namespace = sys.modules["submission"].__dict__
        if finding:
            findings.append(finding)
        else:
            findings += [f for entry in self.part.entry_points if (f := _wrong_entry_point(entry, namespace))]
        if (torch := namespace.get("torch")) is not None and torch is not sys.modules["torch"]:
            findings.append(["shadows_torch", {"name": "torch"}])
        keys: list[str] = []
        if "submission" in sys.modules:  # what could be read, even if it did not run to its end
            self.probe = load_module("probe", code_of(self.part.probe))
            examine = getattr(self.probe, "examine", None)
            keys = examine(source.decode(), namespace) if examine else []
        return {"findings": findings, "keys": keys}


def _unreadable(source: bytes) -> list[Any] | None:
    if b"\0" in source:
        return ["nul_bytes", {}]
    try:
        source.decode()
    except UnicodeDecodeError as error:
        return ["not_utf8", {"position": error.start}]
    return None


def _syntax_error(error: SyntaxError) -> list[Any]:
    text = (error.text or "").rstrip("\n")[:200]
    column = max(1, min(error.offset or 1, len(text) + 1))
    params = {"line": error.lineno or 1, "column": column, "text": text, "reason": str(error.msg)[:200]}
    return ["syntax_error", params | {"caret": " " * (column - 1) + "^"}]


def _wrong_entry_point(entry: str, namespace: dict[str, Any]) -> list[Any] | None:
    """`train(params, lr)` or `class Name`. Other names of parameters are fine, as long as the call works."""
    if entry.startswith("class "):
        name = entry.removeprefix("class ").strip()
        return None if isinstance(namespace.get(name), type) else ["missing_function", {"name": name}]
    name, wanted = entry.partition("(")[0], f"def {entry}: ..."
    function = namespace.get(name)
    if not callable(function):
        return ["missing_function", {"name": name}]
    scope: dict[str, Any] = {}
    exec(re.sub(r"\)\s*->.*: \.\.\.$", "): ...", wanted), scope)
    parameters = inspect.signature(scope[name]).parameters.values()
    try:
        seen = inspect.signature(function)
    except (TypeError, ValueError):
        return None  # a callable that does not tell; the tests will
    required = [p.name for p in parameters if p.default is p.empty]
    optional = [p.name for p in parameters if p.default is not p.empty]
    if _binds(seen, required, optional, {}) or _binds(seen, [], optional, dict.fromkeys(required)):
        return None
    return ["wrong_signature", {"name": name, "expected": entry, "seen": f"{name}{seen}"[:200]}]


def _binds(seen: inspect.Signature, positional: list[str], optional: list[str], named: dict[str, None]) -> bool:
    """Can it be called so, without its optional arguments and with them by name?"""
    try:
        seen.bind(*positional, **named)
        seen.bind(*positional, **named, **dict.fromkeys(optional))
    except TypeError:
        return False
    return True


def describe(error: BaseException, public: bool) -> dict[str, Any]:
    """Type, text, errno and the last line of the student's own that the error came through."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == FILE]
    try:
        text = str(error)[:2000]
    except BaseException:
        text = ""
    description: dict[str, Any] = {
        "type": type(error).__name__[:80],
        "text": text,
        "errno": error.errno if isinstance(error, OSError) and isinstance(error.errno, int) else None,
        "line": frames[-1].lineno if frames else None,
    }
    if public:
        lines = [f"  line {f.lineno}, in {f.name}\n    {f.line}" for f in frames[-12:]]
        description["traceback"] = "\n".join([*lines, f"{type(error).__name__}: {text}"])[:4000]
    return description
