"""One connection to a service and the one exchange on it at a time (RFC 9112), parsed by llhttp through httptools.

An asyncio Protocol and not a stream reader: on the hot path each await and each copy counts.
"""

from __future__ import annotations

import asyncio
import http
import math
import select
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import httptools

from guard.errors import UpstreamError

MAX_HEAD = 64 * 1024
"""Bytes of status line and headers, or of trailers or chunk framing without content, after which an answer is refused."""
BUFFER_HIGH = 64 * 1024
BUFFER_LOW = 16 * 1024

HOP_BY_HOP = frozenset({
    b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te", b"trailer",
    b"transfer-encoding", b"upgrade",
})  # fmt: skip
"""Headers that belong to one connection and are never passed on (RFC 9110, 7.6.1)."""

_PHRASES = {status.value: status.phrase.encode() for status in http.HTTPStatus}
_FRESH = 0.05
_KEPT_ALIVE = {b"connection": b"keep-alive"}
"""All that many services say of their connection."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds."""

    connect: float = 5.0
    """Name, TCP and TLS together."""
    answer: float = 30.0
    """From the request's last byte to the end of the answer's headers."""
    idle: float = 90.0
    """Between two pieces of the answer; event streams have heartbeats well below it."""
    body: float = 60.0
    """From the headers to the end of an answer that is fetched whole."""
    queue: float = 5.0
    """For a free connection when all are busy."""
    reuse: float = 4.0
    """Longest a connection may have lain unused and still carry a write; many servers close theirs after five."""


class StaleConnectionError(UpstreamError):
    """A kept-alive connection broke before a byte of the answer: what is safe to repeat may be sent once more."""


class Connection(asyncio.Protocol):
    """Use: `await start(...)`, read `status`, `reason`, `headers`, then `chunks` or `next_chunk`, then give it back."""

    def __init__(self, loop: asyncio.AbstractEventLoop, name: str, lost: Callable[[Connection], None]) -> None:
        self._loop = loop
        self._name = name
        self._lost = lost
        self._parser = httptools.HttpResponseParser(self)
        self.transport: asyncio.Transport = cast("asyncio.Transport", None)
        self._poll: Any = None
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = self._answer_s = self._idle_s = self._body_s = 0.0
        self._broken = self._reused = self.busy = False
        self.idle_since = 0.0
        self.idle_max = 30.0
        """Seconds after which an unused connection is closed; the service's own `Keep-Alive: timeout` shortens it."""
        self._reset(head_only=False, limit=None)

    def _reset(self, *, head_only: bool, limit: int | None) -> None:
        self.status = 0
        self.reason = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.chunks: deque[bytes] = deque()
        self.complete = self._head_done = self._interim = self._until_close = self._received = self._paused = False
        self._keep_alive = False
        self._head_only = head_only
        self._limit = limit
        self._size = self._pending = self._unparsed = 0
        self._end = math.inf
        self._fault = ""
        self._error: UpstreamError | None = None
        self._waiter: asyncio.Future[None] | None = None

    # The exchange

    def start(
        self, head: bytes, body: bytes, *, head_only: bool, limit: int | None, times: Timeouts
    ) -> asyncio.Future[None]:
        """Send a request. The future ends with the whole answer, or with its head when `limit` is None (streaming).

        Raises through the future: UpstreamError with `sent=True`, StaleConnectionError on a reused connection.
        """
        self._reset(head_only=head_only, limit=limit)
        self.busy = True
        self._answer_s, self._idle_s, self._body_s = times.answer, times.idle, times.body
        self._waiter = waiter = self._loop.create_future()
        self._arm(self._loop.time() + times.answer)
        if len(body) < BUFFER_HIGH:
            self.transport.write(head + body)
        else:
            self.transport.write(head)
            self.transport.write(body)
        return waiter

    async def next_chunk(self) -> bytes | None:
        """The next piece of a streamed body as soon as it is there; None at its end. UpstreamError when it breaks off."""
        while not self.chunks:
            if self._error is not None:
                raise self._error
            if self.complete:
                return None
            self._waiter = self._loop.create_future()
            await self._waiter
        chunk = self.chunks.popleft()
        self._pending -= len(chunk)
        if self._paused and self._pending < BUFFER_LOW:
            self._paused = False
            self._deadline = self._loop.time() + self._idle_s
            self.transport.resume_reading()
        return chunk

    def rest(self) -> bool:
        """End the exchange; True when the connection can serve another one. Otherwise it is closed."""
        self.busy = False
        self._reused = True
        self.idle_since = self._loop.time()
        usable = self.complete and self._keep_alive and not self._broken and not self.transport.is_closing()
        if not usable or self.transport.get_write_buffer_size():
            self.abort()
            return False
        return True

    def fit(self, idle_max: float) -> bool:
        """Whether a request may be written: not closed by the service, as far as the kernel knows, and not too old."""
        if self._broken or self.transport.is_closing():
            return False
        idle = self._loop.time() - self.idle_since
        if idle < _FRESH:  # the loop has just looked at this socket itself
            return True
        return idle < min(idle_max, self.idle_max) and not self._poll.poll(0)

    def abort(self) -> None:
        self._broken = True
        if self.transport is not None:
            self.transport.abort()

    # asyncio's calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._poll = select.poll()
        self._poll.register(
            transport.get_extra_info("socket").fileno(), select.POLLIN | select.POLLHUP | select.POLLERR
        )
        self.idle_since = self._loop.time()

    def data_received(self, data: bytes) -> None:
        if not self.busy:  # a 408 before closing, or nonsense: nothing was asked
            self.abort()
            return
        self._received = True
        self._unparsed += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._broken = True
            if not self.complete:
                self._fail(self._fault or "gave an answer that is not HTTP/1.1")
            return
        if self._unparsed > MAX_HEAD and not self.complete:
            self._fail("gave an answer with too large a head")
        elif self._head_done:
            self._arm(min(self._loop.time() + self._idle_s, self._end))

    def eof_received(self) -> None:
        self._broken = True
        if self.busy and self._head_done and self._until_close and not self.complete:
            self._finish()

    def connection_lost(self, exc: Exception | None) -> None:
        self._broken = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.busy and not self.complete:
            if self._until_close and self._head_done and exc is None:
                self._finish()
            elif self._reused and not self._received:
                self._fail("closed a kept connection as a request was sent", StaleConnectionError)
            else:
                self._fail(
                    "broke off within its answer" if self._received else "closed the connection without an answer"
                )
        self._lost(self)

    # The parser's calls

    def on_message_begin(self) -> None:
        if self.complete:
            self._refuse("sent more than one answer")

    def on_status(self, status: bytes) -> None:
        self.reason += status

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._head_done:  # trailers are dropped
            self.headers.append((name.lower(), value.rstrip(b" \t")))

    def on_headers_complete(self) -> None:
        if self._unparsed > MAX_HEAD and sum(len(name) + len(value) + 4 for name, value in self.headers) > MAX_HEAD:
            self._refuse("gave an answer with too large a head")
        self.status = status = self._parser.get_status_code()
        if status < 200:
            if status < 100 or status == 101:
                self._refuse("gave an answer with a status that was not asked for")
            self._interim = True
            return
        if status > 599:
            self._refuse("gave an answer with a status that does not exist")
        self._unparsed = 0
        self._frame(status)
        self._head_done = True
        if self._limit is not None:
            self._end = self._loop.time() + self._body_s
        if self._head_only:
            # httptools cannot tell llhttp that no body follows; the next answer gets a parser of its own.
            self._parser = httptools.HttpResponseParser(self)
            self._finish()
        elif self._limit is None:
            self._wake()

    def _frame(self, status: int) -> None:
        """Read how the body is delimited; leave only the headers that are meant for whoever reads the answer."""
        kept: list[tuple[bytes, bytes]] = []
        own: dict[bytes, bytes] = {}
        length: bytes | None = None
        for header in self.headers:
            name = header[0]
            if name in HOP_BY_HOP:
                own[name] = header[1].lower() if name not in own else own[name] + b", " + header[1].lower()
                continue
            if name == b"content-length":
                length = header[1]
            kept.append(header)
        self._keep_alive = self._parser.should_keep_alive()
        if own and (length is None or own != _KEPT_ALIVE):
            kept = self._hop_by_hop(kept, own, has_length=length is not None)
        elif length is None and status not in {204, 304}:
            self._until_close = True
        if length is not None and self._limit is not None and not self._head_only and int(length) > self._limit:
            self._refuse("gave an answer that is too long")
        self.headers = kept
        if _PHRASES.get(status) == self.reason:
            self.reason = b""

    def _hop_by_hop(
        self, headers: list[tuple[bytes, bytes]], own: dict[bytes, bytes], *, has_length: bool
    ) -> list[tuple[bytes, bytes]]:
        coding = own.get(b"transfer-encoding")
        if coding not in {None, b"chunked"}:
            self._refuse("gave an answer in a transfer coding that was not asked for")
        self._until_close = coding is None and not has_length and self.status not in {204, 304}
        timeout = own.get(b"keep-alive", b"").partition(b"timeout=")[2].partition(b",")[0].strip()
        if timeout.isdigit():
            self.idle_max = min(30.0, int(timeout) - 1.0)
        named = {token.strip() for token in own.get(b"connection", b"").split(b",")}
        return [header for header in headers if header[0] not in named or header[0] == b"content-length"]

    def on_body(self, body: bytes) -> None:
        if self.complete:
            self._refuse("sent a body where none belongs")
        self._unparsed = 0
        self._size += len(body)
        self.chunks.append(body)
        if self._limit is not None:
            if self._size > self._limit:
                self._refuse("gave an answer that is too long")
            return
        self._pending += len(body)
        if self._pending > BUFFER_HIGH and not self._paused:
            self._paused = True
            self.transport.pause_reading()
        self._wake()

    def on_message_complete(self) -> None:
        if self._interim:
            self._interim = False
            self.headers = []
            self.reason = b""
        elif not self.complete:
            self._finish()

    # Ends

    def _finish(self) -> None:
        self.complete = True
        self._keep_alive = self._keep_alive and not self._until_close
        self._wake()

    def _refuse(self, fault: str) -> None:
        """Stop the parser from within one of its calls; `data_received` then fails the exchange with `fault`."""
        self._fault = fault
        raise ValueError(fault)

    def _fail(self, what: str, kind: type[UpstreamError] = UpstreamError) -> None:
        if self._error is None and not self.complete:
            self._error = kind(f"{self._name} {what}", sent=True, hint="whether it acted on the request is not known")
            self._wake()
        self.abort()

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is None or waiter.done():
            return
        self._waiter = None
        if self._error is not None:
            waiter.set_exception(self._error)
        else:
            waiter.set_result(None)

    # One timer for a connection's whole life: setting a deadline costs an assignment, not a timer.

    def _arm(self, deadline: float) -> None:
        self._deadline = deadline
        if self._timer is not None:
            if self._timer.when() <= deadline:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(deadline, self._tick, sys.maxsize)

    def _tick(self, unsent: int) -> None:
        """Fail an exchange that is overdue, close a connection unused for too long, else look again when that may be."""
        now = self._loop.time()
        left = self.transport.get_write_buffer_size()
        if not self.busy:
            self._deadline = self.idle_since + self.idle_max
        elif self._paused or (self.complete and self._limit is None):
            self._deadline = now + self._idle_s  # our own reader is slow
        elif 0 < left < unsent:
            self._deadline = now + self._answer_s  # a large upload is still going out
        self._timer = None
        if now < self._deadline:
            self._timer = self._loop.call_at(self._deadline, self._tick, left)
        elif self.busy:
            self._fail("stopped in the middle of its answer" if self._head_done else "did not answer in time")
        else:
            self.abort()
