"""Runs one block of a chapter in the sandbox and gives what it printed, raised and drew. No Django, no torch."""

from __future__ import annotations

import logging
import struct
import zlib
from collections.abc import Iterator

import msgspec

from exercises.harness import parts
from exercises.results import Message, showable
from sandbox.client import Client
from sandbox.protocol import Job, Limits, Outcome, Report

MAX_SOURCE_BYTES = 16 << 10
MAX_SIDE = 2000
WALL_S, CPU_S, MEMORY_MIB = 15, 10, 512
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by PNG's colour type
_NEEDED = {b"IHDR", b"PLTE", b"tRNS", b"pHYs", b"IDAT", b"IEND"}
_RAISED = {"load_raised", "syntax_error"}

log = logging.getLogger(__name__)


class Shown(msgspec.Struct, frozen=True, omit_defaults=True):
    """What running a block showed. `error` as Python prints its last line, raised in `line` of the block.

    `notes`: why it ended early and what the error means, for `exercises.messages`. `plots`: checked PNG files.
    `broken`: it could not be run, and that is our fault.
    """

    printed: str = ""
    error: str = ""
    line: int | None = None
    notes: list[Message] = []
    warnings: str = ""
    plots: list[bytes] = []
    wall_ms: float = 0.0
    broken: bool = False


def run_block(client: Client, source: str) -> Shown:
    """Run it as a student's program. Raises SandboxUnavailable, SandboxBusy; ValueError when it is too long."""
    encoded = source.encode(errors="replace")
    if len(encoded) > MAX_SOURCE_BYTES:
        raise ValueError(f"{len(encoded)} bytes of source, limit {MAX_SOURCE_BYTES}")
    student = parts.StudentPart(encoded, parts.compiled(parts.BLOCK_PROBE, "probe.py"), [], public=True)
    checker = parts.CheckerPart(b"", {}, b"", b"", [], encoded.decode(), seed=0, public=True, block=True)
    job = Job(msgspec.msgpack.encode(student), parts.encode(checker), Limits(WALL_S, CPU_S, MEMORY_MIB))
    return _shown(client.run(job))


def _shown(report: Report) -> Shown:
    try:
        findings = parts.decode_findings(report.answer)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        findings = parts.Findings(broken="the checker's answer cannot be read")
    if report.outcome is Outcome.SANDBOX_ERROR or findings.broken:
        log.error("Block not run: %s", (report.detail or findings.broken).partition("\n")[0][:300])
        return Shown(broken=True)
    raised = next((note for note in findings.notes if note.id in _RAISED), None)
    notes = [note for note in findings.notes if note.id != "load_raised"]
    if report.outcome is not Outcome.OK:
        notes.insert(0, _ending(report))
    line = raised.params.get("line") if raised else None
    return Shown(
        printed=findings.stdout,
        error=str(raised.params.get("error") or "") if raised else "",
        line=line if isinstance(line, int) else None,
        notes=notes,
        warnings=showable(report.stderr.decode(errors="replace")),
        plots=[png for plot in findings.plots if (png := plain_png(plot))],
        wall_ms=report.wall_ms,
    )


def _ending(report: Report) -> Message:
    numbers = {"time_limit": {"seconds": WALL_S}, "memory_limit": {"mib": MEMORY_MIB}, "output_limit": {"kib": 1024}}
    params = {"signal": report.exit_signal} if report.outcome is Outcome.CRASHED else {}
    return Message(report.outcome.value, {**params, **numbers.get(report.outcome.value, {})})


def plain_png(data: bytes) -> bytes:
    """The same picture with only the chunks that a picture needs; b"" unless it is sound and of a sane size.

    The bytes come from a student's process: sizes, checksums and the length of the unpacked pixels are all looked at.
    """
    if len(data) > parts.MAX_PLOT_BYTES or not data.startswith(_SIGNATURE):
        return b""
    chunks = list(_chunks(data))
    if len(chunks) < 3 or chunks[0][0] != b"IHDR" or chunks[-1] != (b"IEND", b"") or len(chunks[0][1]) != 13:
        return b""
    width, height, depth, colour, packing, filtering, interlace = struct.unpack(">IIBBBBB", chunks[0][1])
    is_sane = 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and colour in _CHANNELS
    if not is_sane or depth not in (1, 2, 4, 8) or packing or filtering or interlace:
        return b""
    size = height * (1 + (width * depth * _CHANNELS[colour] + 7) // 8)
    pixels = zlib.decompressobj()
    try:
        unpacked = pixels.decompress(b"".join(body for name, body in chunks if name == b"IDAT"), size + 1)
    except zlib.error:
        return b""
    if len(unpacked) != size or not pixels.eof:
        return b""
    kept = [(name, body) for name, body in chunks if name in _NEEDED]
    return _SIGNATURE + b"".join(_chunk(name, body) for name, body in kept)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(name, body) up to the end, or to the first that is cut off or damaged."""
    place = len(_SIGNATURE)
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        name, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        chunk = _chunk(name, body)
        if len(body) != length or data[place : place + len(chunk)] != chunk:
            return
        yield name, body
        place += len(chunk)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
