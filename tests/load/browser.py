"""A browser without a screen: HTTP/1.1 over asyncio with cookies, kept connections, gzip and server-sent events.

Small on purpose: it shares two cores with the service that it measures.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import time
import urllib.parse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

KEPT_S = 4.0  # uvicorn closes a connection that was quiet for 5 s
TIMEOUT_S = 60.0
STREAM_TIMEOUT_S = 30.0  # the service speaks at least every 10 s
BROKEN = (OSError, EOFError, TimeoutError, ValueError)


class Offline(Exception):
    """No answer: refused, reset, or too late."""


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: dict[str, str]


@dataclass
class Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used_at: float = 0.0

    def close(self) -> None:
        with suppress(Exception):
            self.writer.close()


@dataclass
class Browser:
    """One person's. `address`: where it comes from, since the service counts guesses by address."""

    host: str
    port: int
    address: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)
    _kept: Connection | None = None

    async def get(self, path: str, **headers: str) -> Answer:
        """Raises Offline."""
        return await self._fetch("GET", path, b"", headers)

    async def post(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        """With the CSRF token of the cookie. Raises Offline."""
        headers = {"X-CSRFToken": self.cookies.get("csrftoken", ""), **headers}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return await self._fetch("POST", path, urllib.parse.urlencode(form).encode(), headers)

    async def events(self, path: str) -> AsyncIterator[tuple[str, str]]:
        """(event, data) until the service ends the stream. Raises Offline when it breaks, or is no stream."""
        async with self._translate():
            connection = await self._open()
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    self._write(connection, "GET", path, b"", {"Accept": "text/event-stream"})
                    status, headers = await self._read_head(connection)
                if status != 200:
                    raise Offline(f"{status}")
                async for event in self._read_events(connection, headers):
                    yield event
            finally:
                connection.close()

    def close(self) -> None:
        if self._kept:
            self._kept.close()
            self._kept = None

    # --- one exchange -------------------------------------------------------------------------------------------------

    async def _fetch(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        async with self._translate(), asyncio.timeout(TIMEOUT_S):
            connection = await self._take(fresh=method == "POST")
            try:
                self._write(connection, method, path, body, headers)
                status, found = await self._read_head(connection)
                content = b"".join([piece async for piece in self._read_body(connection, found)])
            except BaseException:
                connection.close()
                raise
            self._give_back(connection, found)
        if found.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        return Answer(status, content.decode(errors="replace"), found)

    @asynccontextmanager
    async def _translate(self) -> AsyncIterator[None]:
        try:
            yield
        except BROKEN as error:
            raise Offline(f"{type(error).__name__}: {error}") from error

    async def _open(self) -> Connection:
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection(self.host, self.port, local_addr=(self.address, 0), limit=1 << 20), TIMEOUT_S
        )
        return Connection(reader, writer)

    async def _take(self, fresh: bool) -> Connection:
        """The kept connection while the service surely keeps it too; for a POST, which cannot be repeated, a new one."""
        kept, self._kept = self._kept, None
        if kept and (fresh or time.monotonic() - kept.used_at > KEPT_S or kept.reader.at_eof()):
            kept.close()
            kept = None
        return kept or await self._open()

    def _give_back(self, connection: Connection, headers: dict[str, str]) -> None:
        if headers.get("connection", "") == "close" or self._kept:
            return connection.close()
        connection.used_at = time.monotonic()
        self._kept = connection

    def _write(self, connection: Connection, method: str, path: str, body: bytes, headers: dict[str, str]) -> None:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", "Accept-Language: en"]
        lines += (
            ["Accept-Encoding: gzip", f"Content-Length: {len(body)}"] if method == "POST" else ["Accept-Encoding: gzip"]
        )
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        lines += [f"{name}: {value}" for name, value in headers.items()]
        connection.writer.write("\r\n".join([*lines, "", ""]).encode() + body)

    async def _read_head(self, connection: Connection) -> tuple[int, dict[str, str]]:
        head = (await connection.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                cookie, _, content = value.strip().partition(";")[0].partition("=")
                self.cookies[cookie] = content
            elif name:
                headers[name.lower()] = value.strip()
        return int(head[0].split()[1]), headers

    async def _read_body(self, connection: Connection, headers: dict[str, str]) -> AsyncIterator[bytes]:
        reader = connection.reader
        if headers.get("transfer-encoding") != "chunked":
            yield await reader.readexactly(int(headers.get("content-length", "0")))
            return
        while size := int((await reader.readline()).strip() or b"x", 16):
            yield await reader.readexactly(size)
            await reader.readline()
        await reader.readline()

    async def _read_events(self, connection: Connection, headers: dict[str, str]) -> AsyncIterator[tuple[str, str]]:
        rest = ""
        pieces = self._read_body(connection, headers)
        while True:
            try:
                rest += (await asyncio.wait_for(anext(pieces), STREAM_TIMEOUT_S)).decode(errors="replace")
            except StopAsyncIteration:
                return
            *blocks, rest = rest.split("\n\n")
            for block in blocks:
                fields = [line.partition(": ") for line in block.split("\n")]
                data = "\n".join(value for name, _, value in fields if name == "data")
                if "data" in (name for name, _, _ in fields):
                    yield next((value for name, _, value in fields if name == "event"), "message"), data


TAGS = re.compile(r"<[^>]+>")


def words(html: str) -> str:
    """A fragment's text as a reader sees it, on one line."""
    text = TAGS.sub(" ", html).replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&")
    return " ".join(text.split())
