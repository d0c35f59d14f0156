"""Fingerprints of Python files by winnowing, and how much two files share. No Django.

S. Schleimer, D. Wilkerson and A. Aiken, "Winnowing: Local Algorithms for Document Fingerprinting", SIGMOD 2003. Runs of
K tokens are hashed, and of every window of W hashes the smallest one is kept: whatever two files share of K + W − 1
tokens or more is found. Names of the student's own, numbers, texts, comments and layout make no difference.
"""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TypeVar
from zlib import crc32

K = 9
W = 5
MIN_SHARED = 6  # fingerprints: about forty tokens
COMMON_SHARE = 0.2  # what more than so many of the students wrote is how the exercise is written
COMMON_COUNT = 4  # but never what fewer than so many wrote
_DROPPED = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING, tokenize.ENDMARKER, tokenize.INDENT}
_WORD = re.compile(rb"\w+|[^\w\s]")
Key = TypeVar("Key")


@dataclass(frozen=True)
class Token:
    """`kind` is what is compared; `line` is counted from 1."""

    kind: str
    line: int


@dataclass(frozen=True)
class Pair:
    """Two files. `share`: of the smaller one's telling fingerprints; `shared`: how many."""

    first: object
    second: object
    shared: int
    share: float


def tokens(source: bytes) -> list[Token]:
    """What a file says when its own names, numbers and texts are taken out; a file that is no Python goes by words."""
    try:
        found = list(_python_tokens(source))
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError, ValueError):
        lines = enumerate(source.splitlines(), 1)
        found = [Token(word.decode(errors="replace"), n) for n, line in lines for word in _WORD.findall(line)]
    return found


def _python_tokens(source: bytes) -> Iterable[Token]:
    after_dot = False
    starts_line = True
    for token in tokenize.tokenize(io.BytesIO(source).readline):
        if token.type in _DROPPED:
            starts_line = starts_line or token.type in (tokenize.NEWLINE, tokenize.INDENT)
            continue
        if token.type == tokenize.NAME:
            kept = after_dot or keyword.iskeyword(token.string)
            kind = token.string if kept else "name"
        elif token.type == tokenize.NUMBER:
            kind = "0"
        elif token.type == tokenize.STRING:
            if starts_line:
                continue  # a docstring, or a text that stands alone
            kind = "text"
        else:
            kind = token.string or tokenize.tok_name[token.type]
        after_dot, starts_line = token.string == ".", False
        yield Token(kind, token.start[0])


@lru_cache(maxsize=8192)
def fingerprints(source: bytes) -> dict[int, frozenset[int]]:
    """Hash to the lines on which its run of tokens stands."""
    found = tokens(source)
    hashes = [crc32("\0".join(token.kind for token in found[at : at + K]).encode()) for at in range(len(found) - K + 1)]
    kept: dict[int, set[int]] = defaultdict(set)
    for start in range(max(1, len(hashes) - W + 1)):
        window = hashes[start : start + W]
        if window:
            # The rightmost of equal ones, so that the windows that follow keep the same.
            at = start + max(range(len(window)), key=lambda index: (-window[index], index))
            kept[hashes[at]] |= {token.line for token in found[at : at + K]}
    return {value: frozenset(lines) for value, lines in kept.items()}


def telling(files: Mapping[Key, bytes], known: Iterable[bytes] = ()) -> dict[Key, set[int]]:
    """Of each file the fingerprints that say something: not those of the `known` files, nor what many wrote."""
    expected = {value for source in known for value in fingerprints(source)}
    counts = Counter(value for source in files.values() for value in fingerprints(source))
    most = max(COMMON_COUNT, COMMON_SHARE * len(files))
    common = {value for value, count in counts.items() if count > most} | expected
    return {key: set(fingerprints(source)) - common for key, source in files.items()}


def find_pairs(files: Mapping[Key, bytes], known: Iterable[bytes] = (), at_most: int = 100) -> list[Pair]:
    """The most alike first. Only pairs that share a telling fingerprint are looked at, however many files there are."""
    by_file = telling(files, known)
    holders: dict[int, list[Key]] = defaultdict(list)
    for key, values in by_file.items():
        for value in values:
            holders[value].append(key)
    shared: Counter[tuple[Key, Key]] = Counter()
    for keys in holders.values():
        shared.update(combinations(keys, 2))
    pairs = [
        Pair(first, second, count, count / min(len(by_file[first]), len(by_file[second])))
        for (first, second), count in shared.items()
        if count >= MIN_SHARED
    ]
    return sorted(pairs, key=lambda pair: (-pair.share, -pair.shared))[:at_most]


def alike_lines(source: bytes, other: bytes, known: Iterable[bytes] = ()) -> set[int]:
    """The lines of `source` whose tokens `other` has as well, apart from what is known."""
    expected = {value for text in known for value in fingerprints(text)}
    theirs = fingerprints(other).keys() - expected
    return {line for value, lines in fingerprints(source).items() if value in theirs for line in lines}
