"""Frames between checker and student: JSON and raw tensor bytes. The decoder is what meets hostile bytes.

Frame: magic, 64-bit id, length of the JSON, length of the tensor bytes. In the JSON {"v": value, "t": tensors},
None, bools, strings, finite floats and small ints stand for themselves and everything else is {"$": kind, "v": …};
a tensor is [dtype, shape, offset, length] and is rebuilt from bytes, so that nothing of the sender's classes,
strides or overrides crosses.
"""

from __future__ import annotations

import math
import re
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy
import torch

MAGIC = b"GRV1"
HEADER = struct.Struct("<4sQII")
MAX_JSON = 1 << 20
MAX_BYTES = 32 << 20
MAX_TENSORS = 512
MAX_DIMS = 16
MAX_DEPTH = 24
_SAFE_INT = 1 << 53
_INT = re.compile(r"-?[0-9]{1,400}")
_ITEM_BYTES = {
    "float32": 4, "float64": 8, "float16": 2, "bfloat16": 2, "int64": 8, "int32": 4, "int16": 2, "int8": 1,
    "uint8": 1, "bool": 1, "complex64": 8, "complex128": 16,
}  # fmt: skip
_DTYPES: dict[str, torch.dtype] = {name: getattr(torch, name) for name in _ITEM_BYTES}
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}


class Violation(Exception):
    """Bytes that no honest harness sends."""


class Unencodable(Exception):
    """A value that cannot cross: too large, too deep, or a dict with other keys than strings."""


@dataclass(frozen=True)
class Opaque:
    """Stands for a value of a type that does not cross."""

    type_name: str


def encode(value: object) -> tuple[bytes, bytes]:
    """JSON and tensor bytes. Raises Unencodable."""
    encoder = _Encoder()
    text = msgspec.json.encode({"v": encoder.encode(value, 0), "t": encoder.tensors})
    if len(text) > MAX_JSON:
        raise Unencodable(f"{len(text)} bytes of structure, limit {MAX_JSON}")
    return text, b"".join(encoder.chunks)


class _Encoder:
    def __init__(self) -> None:
        self.tensors: list[list[Any]] = []
        self.chunks: list[bytes] = []
        self.size = 0

    def encode(self, value: object, depth: int) -> object:
        if depth > MAX_DEPTH:
            raise Unencodable(f"nested deeper than {MAX_DEPTH}")
        if value is None or type(value) in (bool, str):
            return value
        if isinstance(value, torch.Tensor):
            return self._tensor(value)
        if isinstance(value, float):
            number = float(value)
            return number if math.isfinite(number) else {"$": "float", "v": repr(number)}
        if type(value) is int:
            return value if -_SAFE_INT < value < _SAFE_INT else {"$": "int", "v": str(value)[:400]}
        if isinstance(value, list | tuple):
            kind = "list" if isinstance(value, list) else "tuple"
            return {"$": kind, "v": [self.encode(item, depth + 1) for item in value]}
        if isinstance(value, dict):
            if not all(isinstance(key, str) for key in value):
                raise Unencodable("a dict with a key that is not a string")
            return {"$": "dict", "v": [[str(key), self.encode(item, depth + 1)] for key, item in value.items()]}
        if isinstance(value, Opaque):
            return {"$": "opaque", "v": value.type_name}
        if isinstance(value, numpy.float16 | numpy.float32 | numpy.integer | numpy.bool):  # float64 is a float already
            return self.encode(value.item(), depth + 1)
        return {"$": "opaque", "v": type(value).__name__[:80]}

    def _tensor(self, tensor: torch.Tensor) -> object:
        dtype = _NAMES.get(tensor.dtype)
        if dtype is None or tensor.layout is not torch.strided or tensor.dim() > MAX_DIMS:
            return {"$": "opaque", "v": f"Tensor ({tensor.dtype}, {tensor.layout})".replace("torch.", "")}
        if self.size + tensor.numel() * _ITEM_BYTES[dtype] > MAX_BYTES:  # strides of 0 make terabytes of one number
            raise Unencodable(f"more than {MAX_BYTES >> 20} MiB of tensors")
        raw = _bytes_of(tensor)
        self.size += len(raw)
        if len(self.tensors) >= MAX_TENSORS:
            raise Unencodable(f"more than {MAX_TENSORS} tensors")
        self.tensors.append([dtype, list(tensor.shape), self.size - len(raw), len(raw)])
        self.chunks.append(raw)
        return {"$": "tensor", "v": len(self.tensors) - 1}


def _bytes_of(tensor: torch.Tensor) -> bytes:
    """Its elements in row-major order. The first way is for the many that NumPy can read as they are."""
    plainly = type(tensor) in (torch.Tensor, torch.nn.Parameter) and tensor.dtype is not torch.bfloat16
    if plainly and not tensor.is_conj() and not tensor.is_neg():
        return tensor.detach().numpy().tobytes()
    with torch.no_grad():
        plain = tensor.detach().contiguous().resolve_conj().resolve_neg()
    return plain.reshape(-1).view(torch.uint8).numpy().tobytes() if plain.numel() else b""


def decode(text: bytes, raw: bytes, type_name: Callable[[str], str] = str) -> Any:
    """The value, with plain tensors. `type_name`: what to call a stranger that says it is of this type.

    Raises Violation on anything that `encode` does not make.
    """
    try:
        message = msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise Violation("not JSON") from error
    if type(message) is not dict or set(message) != {"v", "t"} or type(message["t"]) is not list:
        raise Violation("not a value")
    if len(message["t"]) > MAX_TENSORS:
        raise Violation("too many tensors")
    tensors: list[torch.Tensor] = []
    start = 0
    for header in message["t"]:
        tensors.append(_decode_tensor(header, raw, start))
        start += header[3]
    if start != len(raw):
        raise Violation("bytes of no tensor")
    return _Decoder(tensors, type_name).decode(message["v"], 0)


def _decode_tensor(header: object, raw: bytes, start: int) -> torch.Tensor:
    """Tensors lie one behind the other: if they could overlap, a few bytes would become gigabytes here."""
    if type(header) is not list or len(header) != 4:
        raise Violation("tensor header")
    dtype, shape, offset, length = header
    if type(dtype) is not str or dtype not in _ITEM_BYTES or type(offset) is not int or type(length) is not int:
        raise Violation("tensor header")
    if type(shape) is not list or len(shape) > MAX_DIMS:
        raise Violation("tensor shape")
    if any(type(size) is not int or not 0 <= size <= MAX_BYTES for size in shape):
        raise Violation("tensor shape")
    if math.prod(shape) * _ITEM_BYTES[dtype] != length or offset != start or offset + length > len(raw):
        raise Violation("tensor size")
    if math.prod(size or 1 for size in shape) > MAX_BYTES:  # torch multiplies the sizes of an empty tensor, too
        raise Violation("tensor shape")
    part = bytearray(raw[offset : offset + length])
    if dtype == "bool" and part.translate(None, b"\0\1"):
        raise Violation("bool bytes")  # other bytes than 0 and 1 are undefined behaviour
    if not part:
        return torch.empty(shape, dtype=_DTYPES[dtype])
    return torch.frombuffer(part, dtype=_DTYPES[dtype]).reshape(shape)


class _Decoder:
    def __init__(self, tensors: list[torch.Tensor], type_name: Callable[[str], str]) -> None:
        self.tensors, self.type_name = tensors, type_name

    def decode(self, node: object, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise Violation("nested too deep")
        if node is None or type(node) in (bool, str, int, float):
            return node
        if type(node) is not dict or set(node) != {"$", "v"}:
            raise Violation("node")
        kind, value = node["$"], node["v"]
        if kind == "tensor" and type(value) is int and 0 <= value < len(self.tensors):
            return self.tensors[value]
        if kind in ("list", "tuple") and type(value) is list:
            items = [self.decode(item, depth + 1) for item in value]
            return items if kind == "list" else tuple(items)
        if kind == "dict" and type(value) is list:
            return self._dict(value, depth)
        if kind == "int" and type(value) is str and _INT.fullmatch(value):
            return int(value)
        if kind == "float" and value in ("inf", "-inf", "nan"):
            return float(value)
        if kind == "opaque" and type(value) is str:
            return Opaque(self.type_name(value[:80]))
        raise Violation("node kind")

    def _dict(self, pairs: list[Any], depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for pair in pairs:
            if type(pair) is not list or len(pair) != 2 or type(pair[0]) is not str or pair[0] in result:
                raise Violation("dict")
            result[pair[0]] = self.decode(pair[1], depth + 1)
        return result


def as_it_arrives(value: object) -> Any:
    """What the other side would see of `value`: plain, detached, with strangers made Opaque."""
    return decode(*encode(value))


def send(sock: socket.socket, frame_id: int, value: object) -> None:
    text, raw = encode(value)
    sock.sendall(HEADER.pack(MAGIC, frame_id, len(text), len(raw)) + text + raw)


def receive(sock: socket.socket, type_name: Callable[[str], str] = str) -> tuple[int, Any]:
    """The frame's id and value, see `decode`. Raises EOFError at the end, Violation on anything else that is wrong."""
    magic, frame_id, text_length, raw_length = HEADER.unpack(_exactly(sock, HEADER.size))
    if magic != MAGIC or text_length > MAX_JSON or raw_length > MAX_BYTES:
        raise Violation("frame header")
    text = _exactly(sock, text_length)
    return frame_id, decode(text, _exactly(sock, raw_length), type_name)


def _exactly(sock: socket.socket, count: int) -> bytes:
    """The buffer grows with what really comes: a header that lies costs nothing."""
    parts = bytearray()
    while len(parts) < count:
        chunk = sock.recv(min(1 << 18, count - len(parts)))
        if not chunk:
            raise EOFError
        parts += chunk
    return bytes(parts)
