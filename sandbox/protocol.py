"""What crosses the sandbox's socket: a Job in, a Report out, and the frames that carry them. Never pickle.

Frame: 4 bytes magic with the version, 4 bytes length (little-endian), then MessagePack of the struct. Whoever reads
bounds the length before it reads on.
"""

from __future__ import annotations

import enum
import socket
import struct
from collections.abc import Callable
from typing import Any

import msgspec

VERSION = 1
MAGIC = b"GRD" + bytes([VERSION])
HEADER = struct.Struct("<4sI")
MAX_JOB = 4 << 20
MAX_REPORT = 8 << 20


class Outcome(enum.StrEnum):
    """How the student's process ended. All but the last are the student's; `sandbox_error` is ours and retried."""

    OK = "ok"  # it answered everything that it was asked
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    PROCESS_LIMIT = "process_limit"
    FORBIDDEN_SYSCALL = "forbidden_syscall"
    CRASHED = "crashed"  # by a signal of its own
    EXITED = "exited"  # before it had answered
    PROTOCOL_VIOLATION = "protocol_violation"
    SANDBOX_ERROR = "sandbox_error"


class Verdict(enum.StrEnum):
    """How the checker saw the conversation. `CLAIMS_*`: the student's process said so itself, so only against it."""

    ANSWERED = "answered"
    ENDED = "ended"  # the other side closed in mid-conversation
    VIOLATED = "violated"
    CLAIMS_MEMORY = "claims_memory"
    CLAIMS_PROCESSES = "claims_processes"
    CLAIMS_OUTPUT = "claims_output"
    CLAIMS_EXIT = "claims_exit"


class Limits(msgspec.Struct, frozen=True):
    """Of the student's process. Seconds of wall clock from the first byte of code; CPU seconds; MiB beyond torch."""

    wall_s: float = 10.0
    cpu_s: int = 6
    memory_mib: int = 512


class Job(msgspec.Struct, frozen=True, tag="job"):
    """`student` and `checker` are handed to the harness's two roles, each in its own jail; opaque here.

    `name`: what its sender calls it, for the server's log; it never reaches a jail.
    """

    student: bytes
    checker: bytes
    limits: Limits = Limits()
    name: str = ""


class Status(msgspec.Struct, frozen=True, tag="status"):
    """Asked: how are you? Answered: see `ServerStatus`."""


class RoleJob(msgspec.Struct, frozen=True, tag="role"):
    """One role's part of a job, as the server sends it into that role's jail."""

    payload: bytes
    memory_mib: int
    cpu_s: int


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    """The checker's last word to the server."""

    verdict: Verdict
    body: bytes


class Report(msgspec.Struct, frozen=True, tag="report"):
    """`answer`: the checker's bytes, empty if it gave none. CPU and peak memory are the student's process's own.

    `detail` is for operators' logs, never for students.
    """

    outcome: Outcome
    answer: bytes
    stdout: bytes
    stderr: bytes
    wall_ms: float
    cpu_ms: float
    peak_mib: float
    exit_signal: int = 0
    detail: str = ""


class Busy(msgspec.Struct, frozen=True, tag="busy"):
    """The queue is full; nothing was run."""

    queued: int


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The request itself was wrong (version, size, limits); nothing was run."""

    reason: str


class Closed(msgspec.Struct, frozen=True, tag="closed"):
    """The jail could not be proved lately: nothing is run until it can."""

    reason: str


class ServerStatus(msgspec.Struct, frozen=True, tag="server"):
    """`closed`: why no job is taken now; empty while all is well. `layers`: what the last canary proved.

    `server`: drawn when it started, so that workers who share a server can be told from workers who do not.
    """

    slots: int
    running: int
    queued: int
    jobs: int
    layers: dict[str, bool]
    closed: str = ""
    server: str = ""


Request = Job | Status
Reply = Report | Busy | Refused | Closed | ServerStatus


class ProtocolError(Exception):
    """The other side does not speak this protocol, or not within its bounds."""


def _decoder(kind: Any) -> Callable[[bytes], Any]:
    decode = msgspec.msgpack.Decoder(kind).decode

    def checked(body: bytes) -> Any:
        try:
            return decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise ProtocolError(f"{type(error).__name__}: {error}") from error

    return checked


# Each raises ProtocolError, whatever the bytes.
_encode = msgspec.msgpack.Encoder().encode
decode_request: Callable[[bytes], Request] = _decoder(Request)
decode_reply: Callable[[bytes], Reply] = _decoder(Reply)
decode_role_job: Callable[[bytes], RoleJob] = _decoder(RoleJob)
decode_answer: Callable[[bytes], Answer] = _decoder(Answer)


def frame(message: msgspec.Struct) -> bytes:
    body = _encode(message)
    return HEADER.pack(MAGIC, len(body)) + body


def body_length(header: bytes, limit: int) -> int:
    """Raises ProtocolError on another protocol, another version, or more than `limit` bytes."""
    magic, length = HEADER.unpack(header)
    if magic[:3] != MAGIC[:3]:
        raise ProtocolError("not a Gradus sandbox frame")
    if magic != MAGIC:
        raise ProtocolError(f"version {magic[3]}, expected {VERSION}: restart worker and sandbox from one release")
    if length > limit:
        raise ProtocolError(f"frame of {length} bytes, limit {limit}")
    return int(length)


def receive_exactly(sock: socket.socket, count: int) -> bytes:
    """The buffer grows with what really comes: a header that lies costs nothing. Raises EOFError."""
    parts = bytearray()
    while len(parts) < count:
        chunk = sock.recv(min(1 << 18, count - len(parts)))
        if not chunk:
            raise EOFError(f"closed after {len(parts)} of {count} bytes")
        parts += chunk
    return bytes(parts)


def receive_frame(sock: socket.socket, limit: int) -> bytes:
    return receive_exactly(sock, body_length(receive_exactly(sock, HEADER.size), limit))
