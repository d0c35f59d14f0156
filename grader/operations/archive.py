"""The file of a backup: gzip-ed lines of JSON, written and read in one pass, so that it may be a pipe. No Django here.

    {"gradus_backup": 1, "version": …, "made_at": …, "database": …, "migrations": [[app, name], …], "left_out": […]}
    {"table": "auth_user", "columns": ["id", …]}       one such block a table:
    [1, …]                                             a line a row; bytes as base64, times as ISO 8601
    {"rows": 1, "sha256": …}                           of the rows' lines
    {"complete": true, "tables": …, "rows": …, "last_ids": {table: the highest id that was ever given}}

JSON and not the database's own dump: it fits SQLite and PostgreSQL, needs no program of the database's version, and
what is in it can be read in twenty years.
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import IO, Any
from uuid import UUID

FORMAT = 1
FIRST = "gradus_backup"
COMPRESSION = 6
Row = list[Any]


class BadBackup(Exception):
    """The file is no backup, is damaged, or does not fit; the text is for the operator."""


@dataclass(frozen=True)
class Header:
    """What was backed up, and from which schema."""

    version: str
    made_at: str
    database: str
    migrations: list[tuple[str, str]]
    left_out: list[str]


@dataclass
class Totals:
    """What a backup turned out to hold."""

    tables: int = 0
    rows: int = 0
    last_ids: dict[str, int] = field(default_factory=dict)


def as_text(value: Any) -> Any:
    """What JSON has no word for."""
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a backup")


class Writer:
    """Writes a backup; `close` completes it, and without it the file is refused as incomplete."""

    def __init__(self, file: IO[bytes], header: Header) -> None:
        self._file = gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=COMPRESSION)
        self.totals = Totals()
        values = {"version": header.version, "made_at": header.made_at, "database": header.database}
        self._line({FIRST: FORMAT, **values, "migrations": header.migrations, "left_out": header.left_out})

    def _line(self, value: Any) -> bytes:
        line = json.dumps(value, default=as_text, separators=(",", ":")).encode("ascii") + b"\n"
        self._file.write(line)
        return line

    def table(self, name: str, columns: list[str], rows: Iterable[Iterable[Any]]) -> int:
        """Write a table; gives the number of its rows."""
        self._line({"table": name, "columns": columns})
        digest, count = sha256(), 0
        for row in rows:
            digest.update(self._line(list(row)))
            count += 1
        self._line({"rows": count, "sha256": digest.hexdigest()})
        self.totals.tables += 1
        self.totals.rows += count
        return count

    def close(self, last_ids: dict[str, int]) -> Totals:
        self.totals.last_ids = last_ids
        totals = {"tables": self.totals.tables, "rows": self.totals.rows, "last_ids": last_ids}
        self._line({"complete": True, **totals})
        self._file.close()
        return self.totals


class Reader:
    """Reads a backup, and proves each table's rows while they pass. Raises BadBackup."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = gzip.GzipFile(fileobj=file)
        self.totals = Totals()
        self.header = self._read_header()

    def _line(self) -> bytes:
        try:
            line = self._file.readline()
        except (OSError, EOFError, zlib.error) as error:
            raise BadBackup(f"it is damaged or cut off ({error})") from None
        if not line.endswith(b"\n"):
            raise BadBackup("it is cut off: its last line is missing")
        return line

    @staticmethod
    def _parse(line: bytes) -> Any:
        try:
            return json.loads(line)
        except ValueError:
            raise BadBackup("it is damaged: a line is no JSON") from None

    def _read_header(self) -> Header:
        try:
            found = self._parse(self._line())
        except BadBackup:
            found = None
        if not isinstance(found, dict) or FIRST not in found:
            raise BadBackup("it is no backup of Gradus")
        if found[FIRST] != FORMAT:
            raise BadBackup(
                f"its format is {found[FIRST]!r}, and this version reads {FORMAT}: use the version that wrote it"
            )
        migrations = [(app, name) for app, name in found["migrations"]]
        return Header(found["version"], found["made_at"], found["database"], migrations, found["left_out"])

    def tables(self) -> Iterator[tuple[str, list[str], Iterator[Row]]]:
        """Name, columns and rows of each table; a table's rows are to be read to their end before the next one."""
        while True:
            found = self._parse(self._line())
            if not isinstance(found, dict):
                raise BadBackup("it is damaged: a row stands outside of a table")
            if found.get("complete"):
                return self._finish(found)
            yield found["table"], found["columns"], self._rows(found["table"])

    def _rows(self, table: str) -> Iterator[Row]:
        digest, count = sha256(), 0
        while not (line := self._line()).startswith(b"{"):
            digest.update(line)
            count += 1
            yield self._parse(line)
        end = self._parse(line)
        if (end.get("rows"), end.get("sha256")) != (count, digest.hexdigest()):
            raise BadBackup(f"it is damaged: the rows of {table} are not those that were written")
        self.totals.tables += 1
        self.totals.rows += count

    def _finish(self, end: dict[str, Any]) -> None:
        if (end["tables"], end["rows"]) != (self.totals.tables, self.totals.rows):
            raise BadBackup("it is damaged: a table is missing")
        self.totals.last_ids = end["last_ids"]
        if self._file.read(1):
            raise BadBackup("it is damaged: something follows its end")
