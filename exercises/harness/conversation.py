"""The checker's two partners: the student behind a socket, and local stand-ins that run the author's own code."""

from __future__ import annotations

import os
import socket
import sys
from types import ModuleType
from typing import Any, NamedTuple, Protocol

import torch

from exercises.harness import errors, observed, student, values
from exercises.harness.check import CheckFailed
from exercises.harness.observed import NOTHING, Told
from exercises.harness.parts import Code, code_of
from exercises.results import Message
from sandbox.protocol import Verdict


class Partner(Protocol):
    """What a test's `student` and `reference` can do."""

    def probe(self, name: str, **args: object) -> Any: ...

    def outcome_of(self, name: str, **args: object) -> tuple[str, Any]: ...


class Raised(NamedTuple):
    """An exception as far as the student is told of it. Unexplained ones (error.own) may be anything."""

    kind: str
    explanation: Message


Record = tuple[str, Any]  # ("ok", value) or ("raised", Raised)


class Remote:
    """The student. Remembers how the conversation went; a reply counts only under its request's random id."""

    def __init__(self, peer: socket.socket, source: str, public: bool) -> None:
        self.peer, self.source, self.public = peer, source, public
        self.verdict = Verdict.ANSWERED
        self.records: list[Record] = []
        self.calls: list[str] = []
        self.given: set[str] = set()  # names of what the probe was given
        self.printed = ""
        self.traceback = ""

    def start_test(self) -> None:
        self.records, self.calls, self.given, self.printed, self.traceback = [], [], set(), "", ""

    @property
    def gone(self) -> bool:
        return self.verdict in (Verdict.ENDED, Verdict.VIOLATED)

    def load(self) -> dict[str, Any] | None:
        """What the student's process says of the submission as a whole; None when it ended over it."""
        reply = self._ask({"op": "load"})
        if reply is None or not isinstance(reply.get("value"), dict):
            self.note_claim(reply.get("error") if reply else None)
            return None
        return dict(reply["value"])

    def observe(self) -> None:
        """The next call is observed."""
        self._ask({"op": "observe"})

    def observed(self) -> Told:
        """What was; nothing when the process is gone, or tells what no honest one would."""
        reply = self._ask({"op": "observed"}) or {}
        try:
            return observed.read(reply.get("value"), len(self.source.splitlines()))
        except ValueError:
            return NOTHING

    def probe(self, name: str, **args: object) -> Any:
        """Run the probe's function beside the student's code. Raises CheckFailed for what went wrong there."""
        reply = self._call(name, args)
        if "error" in reply:
            raise CheckFailed(*errors.raised(reply["error"], self.source))
        return reply.get("value")

    def outcome_of(self, name: str, **args: object) -> tuple[str, Any]:
        """("ok", value), or ("raised", the exception's type name) where raising is what the test is about."""
        reply = self._call(name, args)
        return ("raised", reply["error"].get("type")) if "error" in reply else ("ok", reply.get("value"))

    def _call(self, name: str, args: dict[str, object]) -> dict[str, Any]:
        self.calls.append(_call_text(name, args) if self.public else name)
        self.given |= args.keys()
        reply = self._ask({"op": "probe", "name": name, "args": args})
        if reply is None:
            raise CheckFailed(Message("unanswered"))
        if "error" in reply:
            self.note_claim(reply["error"])
            self.traceback = _text(reply["error"].get("traceback"))
            explanation = errors.explain(reply["error"], self.source)
            self.records.append(("raised", Raised(str(reply["error"].get("type")), explanation)))
        else:
            self.records.append(("ok", reply.get("value")))
        return reply

    def _ask(self, call: dict[str, object]) -> dict[str, Any] | None:
        if self.gone:
            return None
        frame_id = int.from_bytes(os.urandom(8), "little")
        try:
            values.send(self.peer, frame_id, call)
            answered, reply = values.receive(self.peer, self._type_name)
            if answered != frame_id or type(reply) is not dict or type(reply.get("error", {})) is not dict:
                raise values.Violation("a reply to another request")
        except (EOFError, OSError):
            self.verdict = Verdict.ENDED
            return None
        except (values.Violation, MemoryError):  # within every limit, and still too much: as hostile as the rest
            self.violated()
            return None
        self.printed = (self.printed + _text(reply.get("stdout")))[:16384]
        return reply

    def violated(self) -> None:
        """They broke the rules: nothing more is asked, and nothing more is heard."""
        self.verdict = Verdict.VIOLATED
        self.peer.close()

    def _type_name(self, name: str) -> str:
        """A made-up type's name could carry a hidden input out: only names that the student wrote, or that all know."""
        return name if name in self.source or errors.is_common_type(name) else "object"

    def note_claim(self, error: dict[str, Any] | None) -> None:
        """The first limit that the student's process says it ran into."""
        if error and self.verdict is Verdict.ANSWERED:
            self.verdict = errors.claim(error) or self.verdict


def _text(value: object) -> str:
    """Any string of theirs, as valid Unicode of bounded length."""
    return value[:16384].encode(errors="replace").decode() if isinstance(value, str) else ""


def _call_text(name: str, args: dict[str, object]) -> str:
    shown = []
    for key, value in args.items():
        text = " ".join(repr(value).split()) if isinstance(value, torch.Tensor) else repr(value)
        shown.append(f"{key}={text[:400]}")
    return f"{name}({', '.join(shown)})"[:2000]


class Local:
    """The author's own code in the student's place: the reference, or a mutant. Values arrive as from the student."""

    def __init__(self, code: Code, probe: Code) -> None:
        self.module = student.load_module("submission", code_of(code))
        self.calls: list[str] = []
        self.probe_module: ModuleType = student.load_module("probe", code_of(probe))
        self.records: list[Record] = []

    def probe(self, name: str, **args: object) -> Any:
        sys.modules["submission"] = self.module
        self.calls.append(name)
        try:
            value = values.as_it_arrives(getattr(self.probe_module, name)(**values.as_it_arrives(args)))
        except Exception as error:
            description = student.describe(error, public=False)
            # This is the author's code: its explanation may mention whatever name the error mentions.
            self.note(("raised", Raised(description["type"], errors.explain(description, description["text"]))))
            raise
        self.note(("ok", value))
        return value

    def note(self, record: Record) -> None:
        self.records.append(record)

    def outcome_of(self, name: str, **args: object) -> tuple[str, Any]:
        try:
            return "ok", self.probe(name, **args)
        except Exception as error:
            return "raised", type(error).__name__


class Recorded:
    """Gives again, in order, what a partner answered before."""

    def __init__(self, records: list[Record]) -> None:
        self.left = iter(records)

    def probe(self, name: str, **args: object) -> Any:
        return next(self.left)[1]

    def outcome_of(self, name: str, **args: object) -> tuple[str, Any]:
        outcome, value = next(self.left)
        return outcome, value.kind if isinstance(value, Raised) else value
