"""An HTTP/1.1 client for one service, whose address stands in the settings.

It follows no redirects, reads no proxy from the environment, and sends one Content-Length and no hop-by-hop header.

When is a request repeated? A connection found closed before anything was written to it is simply not used. Once bytes
were written, only GET, HEAD and OPTIONS are sent again, once, on a new connection, and only when a kept connection broke
before a byte of the answer came. A write is never repeated here: its outcome is unknown (`UpstreamError.sent`), and
whoever sent it looks it up at the service.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from guard.errors import UnsendableError, UpstreamError
from guard.types.http import Headers, HttpReply, HttpRequest
from guard.upstream.address import parse_origin, resolve, tls_context, written_private
from guard.upstream.connection import HOP_BY_HOP, Connection, StaleConnectionError, Timeouts
from guard.upstream.pool import Pool
from guard.words.texts import Phrase

__all__ = ["StreamedReply", "Timeouts", "Upstream"]

MAX_BODY = 4 * 1024 * 1024
MAX_STREAMS = 512

_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS"})
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_NOT_SENT = HOP_BY_HOP | {b"host", b"content-length", b"expect", b"http2-settings"}
_TARGET = re.compile(r"/[!-~]*")
_METHOD = re.compile(r"[A-Z]{1,20}")
_NAME = re.compile(rb"[a-z0-9!#$%&'*+.^_`|~-]+")
_USUAL = frozenset({b"accept", b"authorization", b"content-type", b"user-agent"})
"""Names that every post has, and that need no look."""
_BAD_VALUE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]").search


_DEFAULT = Timeouts()


class StreamedReply:
    """An answer whose body is still coming; iterate over it for the pieces, as they arrive."""

    __slots__ = ("_connection", "headers", "reason", "status")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.status = connection.status
        self.headers: Headers = tuple(connection.headers)
        self.reason = connection.reason.decode("ascii", "ignore")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Pieces of the body; while nobody asks for more the service is not read. UpstreamError when it breaks off."""
        while (chunk := await self._connection.next_chunk()) is not None:
            yield chunk


class Upstream:
    """See the module. `base_url` is scheme, host and port; one instance belongs to one event loop."""

    def __init__(
        self,
        base_url: str,
        *,
        timeout: Timeouts = _DEFAULT,
        max_connections: int = 64,
        ca_file: Path | None = None,
        allow_private: bool = False,
    ) -> None:
        self._origin = parse_origin(base_url)
        self.base_url = str(self._origin)
        self.host = self._origin.host
        self.allow_private = allow_private or written_private(self._origin)
        self.tls: ssl.SSLContext | None = tls_context(ca_file) if self._origin.secure else None
        self._timeouts = timeout
        self._host_line = f" HTTP/1.1\r\nhost: {self._origin.authority}\r\n".encode()
        self._calls = Pool(lambda: self._connect(self._calls), max_connections, self.host)
        self._streams = Pool(lambda: self._connect(self._streams), MAX_STREAMS, self.host)

    async def fetch(self, request: HttpRequest, *, max_body: int = MAX_BODY) -> HttpReply:
        """The whole answer, its headers without the hop-by-hop ones.

        UpstreamError: `sent` False when the service certainly did not get the request, True when that is not known.
        """
        head = self._head(request)
        pool = self._calls
        try:
            connection = await self._exchange(pool, request, head, max_body)
        except StaleConnectionError:
            if request.method not in _REPEATABLE:
                raise
            connection = await self._exchange(pool, request, head, max_body, kept=False)
        chunks = connection.chunks
        body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        reply = HttpReply(
            connection.status, tuple(connection.headers), body, connection.reason.decode("ascii", "ignore")
        )
        pool.release(connection)
        return reply

    @asynccontextmanager
    async def stream(self, request: HttpRequest) -> AsyncIterator[StreamedReply]:
        """The answer's head at once, its body piece by piece. Leaving before the end breaks the connection off.

        Streams have connections of their own (at most 512), so that those who listen never keep a post from leaving.
        Errors as with `fetch`.
        """
        head = self._head(request)
        pool = self._streams
        try:
            connection = await self._exchange(pool, request, head, None)
        except StaleConnectionError:
            if request.method not in _REPEATABLE:
                raise
            connection = await self._exchange(pool, request, head, None, kept=False)
        try:
            yield StreamedReply(connection)
        finally:
            pool.release(connection)

    async def close(self) -> None:
        """Break off all connections; later requests raise UpstreamError."""
        self._calls.close()
        self._streams.close()
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # connection_lost, and the socket's own end after it

    async def _exchange(
        self, pool: Pool, request: HttpRequest, head: bytes, limit: int | None, *, kept: bool = True
    ) -> Connection:
        """Send a request and wait for its answer, or the answer's head; the connection is then the caller's to release."""
        times = self._timeouts
        reuse = 30.0 if request.method in _REPEATABLE else times.reuse
        connection = (pool.take(reuse) if kept else None) or await pool.acquire(times.queue)
        try:
            await connection.start(
                head,
                request.body,
                head_only=request.method == "HEAD",
                limit=limit,
                times=times,
            )
        except BaseException:
            pool.drop(connection)
            raise
        return connection

    def _head(self, request: HttpRequest) -> bytes:
        """Request line and headers. UpstreamError (not sent) for anything that would not stay one request on the wire."""
        target = f"{request.path}?{request.query}" if request.query else request.path
        if _TARGET.fullmatch(target) is None or "#" in target or _METHOD.fullmatch(request.method) is None:
            raise UnsendableError("a request with a target that cannot be sent")
        lines = [f"{request.method} {target}".encode("ascii"), self._host_line]
        named = _named_by_connection(request)
        for name, value in request.headers:
            if name in _NOT_SENT or name in named:
                continue
            if (name not in _USUAL and _NAME.fullmatch(name) is None) or _BAD_VALUE(value) is not None:
                raise UnsendableError("a request with a header that cannot be sent")
            lines += (name, b": ", value, b"\r\n")
        if request.body or request.method in _WITH_BODY:
            lines.append(b"content-length: %d\r\n" % len(request.body))
        lines.append(b"\r\n")
        return b"".join(lines)

    async def _connect(self, pool: Pool) -> Connection:
        """A new connection to the first address that answers. UpstreamError (not sent)."""
        error: Exception | None = None
        try:
            async with asyncio.timeout(self._timeouts.connect):
                addresses = await resolve(self._origin, allow_private=self.allow_private)
                share = self._timeouts.connect / len(addresses)  # one that swallows everything leaves time for the next
                for address in addresses:
                    try:
                        async with asyncio.timeout(share):
                            return await self._open(address, pool)
                    except (OSError, ssl.SSLError) as failed:  # TimeoutError is an OSError
                        error = failed
        except TimeoutError as late:
            error = late
        raise UpstreamError(_why(self.base_url, error), sent=False, hint=_CONNECT_HINT) from error

    async def _open(self, address: str, pool: Pool) -> Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            lambda: Connection(loop, self.host, pool.lost),
            address,
            self._origin.port,
            ssl=self.tls,
            server_hostname=self.host if self.tls is not None else None,
        )
        return connection


_CONNECT_HINT = "check that the service is up and that this machine may reach it"


def _why(base_url: str, error: Exception | None) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Phrase("settings.connection.certificate", url=base_url, why=error.verify_message)
    if isinstance(error, ssl.SSLError):
        return Phrase("settings.connection.tls", url=base_url)
    if isinstance(error, TimeoutError):
        return Phrase("settings.connection.late", url=base_url)
    return Phrase("settings.connection.none", url=base_url)


def _named_by_connection(request: HttpRequest) -> frozenset[bytes]:
    value = request.header(b"connection")
    if value is None:
        return frozenset()
    return frozenset(token.strip().lower() for token in value.split(b","))
