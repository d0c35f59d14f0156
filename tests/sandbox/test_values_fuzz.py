"""Whatever bytes come, the decoders either give a value or say that the bytes are wrong, within bounded memory.

A few thousand examples by default; `-m slow` runs a hundred thousand.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import threading
import tracemalloc
from collections.abc import Callable
from typing import Any

import msgspec
import numpy
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exercises.harness import checker, errors, parts, values
from exercises.harness.values import MAX_BYTES, MAX_DIMS, MAX_JSON, MAX_TENSORS, Opaque, Unencodable, Violation
from exercises.results import Message, TestResult, showable
from sandbox import protocol
from sandbox.protocol import ProtocolError

FEW, MANY = 500, 15_000  # times eight tests
DTYPES = [torch.float64, torch.float32, torch.bfloat16, torch.int64, torch.uint8, torch.bool, torch.complex64]

Test = Callable[..., None]


def fuzz(**strategies: st.SearchStrategy[Any]) -> Callable[[Test], Test]:
    """The test twice: with a few examples, and with many under the mark `soak`."""

    def decorate(test: Test) -> Test:
        def run(count: int) -> None:
            quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
            wrap = settings(max_examples=count, deadline=None, suppress_health_check=quiet, database=None)
            wrap(given(**strategies)(test))()

        many = pytest.param(MANY, marks=[pytest.mark.soak, pytest.mark.timeout(3600)], id="many")
        return pytest.mark.parametrize("count", [pytest.param(FEW, id="few"), many])(run)

    return decorate


# Values

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
SHAPES = st.lists(st.integers(0, 4), max_size=5)


@st.composite
def tensors(draw: st.DrawFn) -> torch.Tensor:
    shape, dtype = draw(SHAPES), draw(st.sampled_from(DTYPES))
    size = math.prod(shape)
    numbers = torch.tensor(draw(st.lists(st.floats(width=32), min_size=size, max_size=size)) or [0.0])[:size]
    tensor = (torch.nan_to_num(numbers) != 0) if dtype is torch.bool else numbers.nan_to_num(0, 9, -9).clamp(-9, 9)
    return tensor.to(dtype).reshape(shape)


ENCODABLE = st.recursive(
    PLAIN | tensors() | st.builds(Opaque, TEXT),
    lambda inner: (
        st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple) | st.dictionaries(TEXT, inner, max_size=4)
    ),
    max_leaves=12,
)


def same(a: Any, b: Any) -> bool:
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        return a.dtype == b.dtype and a.shape == b.shape and torch.equal(a, b)
    if type(a) is not type(b):
        return False
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, float):
        return struct.pack("d", a) == struct.pack("d", b) or (math.isnan(a) and math.isnan(b))
    return bool(a == b)


@fuzz(value=ENCODABLE)
def test_every_value_arrives_as_it_was_sent(value: Any) -> None:
    assert same(values.decode(*values.encode(value)), value)


def test_numbers_of_numpy_arrive_as_numbers() -> None:
    sent = [
        numpy.float16(0.5),
        numpy.float32(1.5),
        numpy.float64(2),
        numpy.int8(-3),
        numpy.uint64(2**63),
        numpy.bool(True),
    ]
    assert repr(values.as_it_arrives(sent)) == repr([0.5, 1.5, 2.0, -3, 2**63, True])
    assert values.as_it_arrives(numpy.longdouble(1)) == Opaque("longdouble")


def is_plain(value: Any) -> bool:
    """Nothing but what the checker expects: no class of the sender's, no lie about a tensor."""
    if isinstance(value, torch.Tensor):
        honest = value.is_contiguous() and value.untyped_storage().nbytes() == value.numel() * value.element_size()
        return type(value) is torch.Tensor and honest and not value.requires_grad
    if isinstance(value, dict):
        return all(type(key) is str for key in value) and all(map(is_plain, value.values()))
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return value is None or type(value) in (bool, int, float, str, Opaque)


def decode_or_violate(text: bytes, raw: bytes) -> None:
    """Raises AssertionError unless it is a plain value or a Violation, at a cost within bounds."""
    tracemalloc.start()
    try:
        assert is_plain(values.decode(text, raw))
    except Violation:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 200 * len(text) + 4 * len(raw) + (1 << 16), f"{peak} bytes for {len(text)} + {len(raw)}"


ODD = st.sampled_from(
    [-1, 0, 1, 7, 8, 64, 1 << 25, (1 << 25) + 1, 1 << 31, 1 << 53, 1 << 63, 1 << 64, 10**30, -(1 << 63)]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | ODD | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
KINDS = st.sampled_from(["tensor", "list", "tuple", "dict", "int", "float", "opaque", "bytes", "", "$"]) | ANYTHING
HEADERS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from([*values._ITEM_BYTES, "object", "qint8", "Tensor", "__class__"]) | ANYTHING,
            st.lists(st.integers(-1, 9) | ODD, max_size=18) | ANYTHING,
            st.integers(-8, 64) | ODD,
            st.integers(-8, 64) | ODD,
        ).map(list),
        ANYTHING,
    ),
    max_size=4,
)
NODES = st.recursive(
    PLAIN.filter(lambda value: not isinstance(value, float) or math.isfinite(value)),
    lambda inner: st.fixed_dictionaries(
        {
            "$": KINDS,
            "v": inner | st.lists(inner, max_size=3) | st.lists(st.tuples(TEXT, inner).map(list), max_size=3) | ODD,
        }
    ),
    max_leaves=8,
)
MESSAGES = (
    st.fixed_dictionaries({"v": NODES, "t": HEADERS}) | st.fixed_dictionaries({"v": ANYTHING, "t": ANYTHING}) | ANYTHING
)


@fuzz(message=MESSAGES, raw=st.binary(max_size=80))
def test_nearly_right_messages_are_values_or_violations(message: Any, raw: bytes) -> None:
    decode_or_violate(json.dumps(message).encode(), raw)


@st.composite
def mutated(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """Right bytes, some of them changed, cut out, doubled or put in."""
    data = bytearray(draw(whole))
    for _ in range(draw(st.integers(0, 4))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 9))
        data[at : at + length] = draw(
            st.binary(max_size=9) | st.just(bytes(data[at : at + length] * 2)) | st.just(b"\xff" * length)
        )
    return bytes(data)


def frame_of(value: Any) -> bytes:
    text, raw = values.encode(value)
    return values.HEADER.pack(values.MAGIC, 7, len(text), len(raw)) + text + raw


class Wire:
    """A socket that has all its bytes already."""

    def __init__(self, data: bytes) -> None:
        self.data = memoryview(data)

    def recv(self, count: int) -> bytes:
        chunk, self.data = self.data[:count], self.data[count:]
        return bytes(chunk)


@fuzz(data=st.binary(max_size=300) | mutated(ENCODABLE.map(frame_of)))
def test_any_bytes_are_a_frame_a_violation_or_an_end(data: bytes) -> None:
    tracemalloc.start()
    try:
        number, value = values.receive(Wire(data))  # type: ignore[arg-type]
        assert 0 <= number < 1 << 64
        assert is_plain(value)
    except (Violation, EOFError):
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 200 * len(data) + (1 << 16), f"a header of {len(data)} bytes made room for {peak}"


@pytest.mark.parametrize(
    "text",
    [
        b"[" * MAX_JSON,
        b'{"v":' * (MAX_JSON // 5),
        b'{"t":[],"v":' + b'{"$":"list","v":[' * 50_000 + b"]}" * 50_000 + b"}",
        b'{"t":[],"v":' + b"9" * (MAX_JSON - 20) + b"}",
        b'{"t":[],"v":"' + b"\\u0041" * 100_000 + b'"}',
        b'{"t":[],"v":{"$":"list","v":[' + b",".join([b"null"] * 200_000) + b"]}}",
        b'{"t":[' + b",".join([b'["uint8",[0],0,0]'] * 60_000) + b'],"v":null}',
        b'{"t":[["uint8",[33554432],0,33554432]],"v":null}',
        b'{"t":[["uint8",[33554432,33554432,33554432,33554432,0],0,0]],"v":null}',
    ],
    ids=["lists", "dicts", "nodes", "digits", "escapes", "nulls", "headers", "no bytes", "overflow"],
)
def test_the_largest_messages_cost_little(text: bytes) -> None:
    decode_or_violate(text, b"")


def test_tensors_cannot_share_their_bytes() -> None:
    raw = bytes(1 << 20)
    header = f'["uint8",[{len(raw)}],0,{len(raw)}]'
    with pytest.raises(Violation):
        values.decode(f'{{"v":null,"t":[{",".join([header] * MAX_TENSORS)}]}}'.encode(), raw)


def test_what_is_too_much_is_not_encoded() -> None:
    ring: list[Any] = []
    ring.append(ring)
    wide = torch.zeros(1, dtype=torch.float64).expand(MAX_BYTES // 8 + 1)
    for value in (
        ring,
        wide,
        [torch.zeros(1)] * (MAX_TENSORS + 1),
        "x" * (MAX_JSON + 1),
        {1: 2},
        [wide[: MAX_BYTES // 8]] * 2,
    ):
        with pytest.raises(Unencodable):
            values.encode(value)
    text, raw = values.encode([wide[: MAX_BYTES // 8], torch.zeros([0] + [1] * (MAX_DIMS - 1))])
    assert values.decode(text, raw)[0].shape == (MAX_BYTES // 8,)


def test_slow_and_split_frames_arrive_whole() -> None:
    left, right = socket.socketpair()
    with left, right:
        value = {"a": [torch.arange(5), 1.5], "b": "é" * 100}
        drip = threading.Thread(target=lambda: [left.send(bytes([byte])) for byte in frame_of(value)])
        drip.start()
        number, seen = values.receive(right)
        drip.join()
    assert number == 7
    assert same(seen, value)


# What the checker makes of a reply, and what it says in the end


@fuzz(
    said=st.fixed_dictionaries({"findings": ANYTHING | st.lists(st.tuples(TEXT, ANYTHING).map(list)), "keys": ANYTHING})
)
def test_what_is_said_of_a_submission_is_findings_or_a_violation(said: dict[str, Any]) -> None:
    try:
        findings, keys = checker._findings(said)
    except Violation:
        return
    assert all(type(name) is str and type(params) is dict for name, params in findings)
    assert all(type(key) is str for key in keys)


ERRORS = st.fixed_dictionaries(
    {},
    optional={
        "type": ANYTHING,
        "text": ANYTHING | st.just("leaf Variable that requires grad " * 300),
        "line": ANYTHING,
        "errno": ANYTHING,
    },
)


@fuzz(error=ERRORS, source=TEXT)
def test_any_error_is_explained_in_a_form_that_can_be_kept(error: dict[str, Any], source: str) -> None:
    errors.claim(error)
    messages = [*errors.raised(error, source), *checker._load_raised(error, source)]
    tests = [TestResult("test_a", False, False, 0.0, 1.0, messages, stdout=str(error), call=source, traceback=source)]
    findings = parts.presentable(parts.Findings(tests, messages * 30, [], str(error), str(error), str(error)))
    again = parts.decode_findings(parts.encode(findings))
    assert again == findings
    assert len(again.notes) <= parts.MAX_NOTES
    json.dumps(msgspec.to_builtins(again)).encode()


@fuzz(text=st.text(st.characters(), max_size=50), number=st.integers() | ODD | st.floats())
def test_any_text_and_number_of_a_message_can_be_stored_and_shown(text: str, number: float) -> None:
    message = Message("missing_function", {"name": text, "count": number, text: None})
    findings = parts.presentable(parts.Findings(notes=[message], stdout=text, detail=text))
    assert msgspec.json.decode(msgspec.json.encode(findings), type=parts.Findings).stdout == showable(text)
    assert not any(ord(c) < 32 and c not in "\n\t" for c in findings.stdout)


# The server's protocol

PROTOCOL: list[msgspec.Struct] = [
    protocol.Job(b"student", b"checker"),
    protocol.Status(),
    protocol.RoleJob(b"payload", 512, 6),
    protocol.Answer(protocol.Verdict.ANSWERED, b"body"),
    protocol.Report(protocol.Outcome.OK, b"a", b"o", b"e", 1.5, 2.5, 3.5, 9, "detail ü"),
    protocol.Busy(3),
    protocol.Refused("reason ü"),
    protocol.ServerStatus(2, 1, 0, 9, {"seccomp": True}),
]
DECODERS = [protocol.decode_request, protocol.decode_reply, protocol.decode_role_job, protocol.decode_answer]
DEEP = [
    b"\x91" * 100_000,
    b"\x81\xa1x" * 100_000,
    b"\x82\xa4type\xa3job\xa1x" + b"\x91" * 100_000,
    b"\xdd\xff\xff\xff\xff",
    b"\xc6\xff\xff\xff\xff",
]


@fuzz(
    data=st.binary(max_size=200)
    | mutated(st.sampled_from(PROTOCOL).map(lambda m: protocol.frame(m)[8:]))
    | st.sampled_from(DEEP)
)
def test_any_bytes_are_a_message_or_a_protocol_error(data: bytes) -> None:
    for decode in DECODERS:
        tracemalloc.start()
        try:
            assert isinstance(decode(data), msgspec.Struct)
        except ProtocolError:
            pass
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert peak < 200 * len(data) + (1 << 16)


@fuzz(
    header=st.binary(min_size=8, max_size=8) | mutated(st.just(protocol.frame(protocol.Status())[:8])),
    limit=st.integers(0, 1 << 33),
)
def test_a_length_is_within_the_limit_or_an_error(header: bytes, limit: int) -> None:
    try:
        assert 0 <= protocol.body_length(header[:8].ljust(8, b"\0"), limit) <= limit
    except ProtocolError:
        pass


@pytest.mark.parametrize("message", PROTOCOL, ids=lambda message: type(message).__name__)
def test_every_message_arrives_as_it_was_sent(message: msgspec.Struct) -> None:
    left, right = socket.socketpair()
    with left, right:
        left.sendall(protocol.frame(message))
        body = protocol.receive_frame(right, 1 << 20)
    seen = []
    for decode in DECODERS:
        try:
            seen.append(decode(body))
        except ProtocolError:
            continue
    assert seen == [message]
