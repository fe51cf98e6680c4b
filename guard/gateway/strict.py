"""uvicorn's HTTP/1.1 protocol made strict (RFC 9112, section 11.2: request smuggling).

A proxy that understands a request otherwise than the service behind it can be talked past. What two servers might read
differently is therefore refused here, before any application sees it; so are slow and endless requests.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections import deque
from functools import partial
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from guard.gateway.answers import plain_answer, run

MAX_HEAD = 64 * 1024
MAX_HEADERS = 256
MAX_DRAINED = 64 * 1024 * 1024
"""Bytes of a body still read and thrown away after the answer, so that a client which sends first can read it."""

LINGER_S = 1.0
"""How long what a refused client still sends is thrown away, until it has read why."""

_SINGLE = frozenset({
    b"host", b"content-type", b"content-length", b"transfer-encoding", b"content-encoding", b"authorization", b"expect",
    b"upgrade", b"dpop", b"idempotency-key",
})  # fmt: skip
_HOST = re.compile(rb"[A-Za-z0-9._-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_TARGET = re.compile(rb"/[!\"$-~]*")
_METHODS_REFUSED = frozenset({b"CONNECT", b"TRACE", b"PRI"})


class StrictProtocol(HttpToolsProtocol):
    """One client connection. Class attributes are seconds, so that tests can be quick."""

    head_s = 10.0
    """For the whole head of a request, from its first byte (from the connection, for the first)."""
    body_s = 30.0
    """Between two pieces of a body."""
    whole_s = 600.0
    """For a whole body, however steadily it drips."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline = self._end = math.inf
        self._watch: asyncio.TimerHandle | None = None
        self._head_done = self._refused = False
        self._unparsed = self._drained = 0
        self._refusal: tuple[int, str] | None = None

    # asyncio's calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self._deadline = self.loop.time() + self.head_s
        self._watch = self.loop.call_at(self._deadline, self._tick)

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        self.pipeline.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._unset_keepalive_if_required()
        self._unparsed += len(data)
        if self._head_done or self._unparsed == len(data):
            now = self.loop.time()
            self._deadline = min(now + self.body_s, self._end) if self._head_done else now + self.head_s
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self._refuse(*(self._refusal or (400, "The request is not well-formed HTTP/1.1.")))
        except httptools.HttpParserUpgrade:
            self._unwatch()
            self.handle_websocket_upgrade()
        else:
            if self._unparsed > MAX_HEAD:
                self._refuse(431, "The headers of the request are too large.")

    # The parser's calls

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_done = False
        self._drained = 0
        self._deadline = self.loop.time() + self.head_s

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._head_done:
            self._stop(400, "Trailers are not accepted.")
        super().on_header(name, value.rstrip(b" \t"))

    def on_headers_complete(self) -> None:
        if self._unparsed > MAX_HEAD or len(self.headers) > MAX_HEADERS:
            self._check_size()
        self._check_head()
        super().on_headers_complete()
        self._head_done = True
        self._unparsed = 0
        now = self.loop.time()
        self._deadline, self._end = now + self.body_s, now + self.whole_s

    def on_body(self, body: bytes) -> None:
        self._unparsed = 0
        if self.cycle.response_complete:
            self._drained += len(body)
            if self._drained > MAX_DRAINED:
                self.transport.close()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._head_done = False
        self._unparsed = 0
        self._deadline = math.inf if self._answering() else self._idle_until()
        super().on_message_complete()

    # What is refused

    def _check_size(self) -> None:
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > MAX_HEAD or len(self.headers) > MAX_HEADERS:
            self._stop(431, "The headers of the request are too large.")

    def _check_head(self) -> None:
        seen: dict[bytes, bytes] = {}
        for name, value in self.headers:
            if name in _SINGLE:
                if name in seen:
                    self._stop(400, f"The header {name.decode()} stands more than once.")
                seen[name] = value
        host = seen.get(b"host")
        if host is None or _HOST.fullmatch(host) is None:
            self._stop(400, "One valid Host header is needed.")
        method = self.parser.get_method()
        if method in _METHODS_REFUSED:
            self._stop(405, "This method is not accepted.")
        if _TARGET.fullmatch(self.url) is None:
            self._stop(400, "The target of a request is a path, without fragment or unescaped characters.")
        if (version := self.parser.get_http_version()) != "1.1":
            self._check_version(version, seen)
        if len(seen) > 1:
            self._check_framing(method, seen)

    def _check_version(self, version: str, seen: dict[bytes, bytes]) -> None:
        if version != "1.0":
            self._stop(505, "Only version 1.1 of HTTP is spoken here.")
        if b"transfer-encoding" in seen or b"upgrade" in seen:
            self._stop(400, "A request in HTTP/1.0 has a Content-Length or no body.")

    def _check_framing(self, method: bytes, seen: dict[bytes, bytes]) -> None:
        coding = seen.get(b"transfer-encoding")
        if coding is not None and (coding.lower() != b"chunked" or b"content-length" in seen):
            self._stop(400, "The body's length is not clear.")
        if seen.get(b"expect", b"100-continue").lower() != b"100-continue":
            self._stop(417, "Only 100-continue can be expected.")
        upgrade = seen.get(b"upgrade")
        if upgrade is None:
            return
        body = coding is not None or seen.get(b"content-length", b"0") != b"0"
        if upgrade.lower() != b"websocket" or method != b"GET" or body or self._answering():
            self._stop(400, "The only upgrade accepted is that of a GET to WebSocket.")

    def _idle_until(self) -> float:
        """When an unused connection is closed: `_tick` looks, so that no answer starts a timer of its own."""
        return self.loop.time() + self.timeout_keep_alive

    def _answering(self) -> bool:
        cycle = self._current()
        return cycle is not None and not cycle.response_complete

    def _current(self) -> RequestResponseCycle | None:
        return self.cycle  # None before the first request, whatever uvicorn's types say

    def _stop(self, status: int, message: str) -> None:
        """Refuse from within one of the parser's calls."""
        self._refusal = (status, message)
        raise ValueError(message)

    def _refuse(self, status: int, message: str) -> None:
        """Answer, after the answers still owed to earlier requests, and close."""
        self._refused = True
        self._refusal = (status, message)
        self._deadline = math.inf
        cycle = self._current()
        owed = cycle is not None and not cycle.response_complete
        if cycle is not None and owed and (self.pipeline or not cycle.more_body):
            self.pipeline = deque(entry for entry in self.pipeline if not entry[0].more_body)
            self.flow.pause_reading()
        elif cycle is not None and owed and cycle.response_started:
            self.transport.close()
        else:
            self._write_refusal()

    def _write_refusal(self) -> None:
        status, message = self._refusal or (400, "")
        if self.transport.is_closing():
            return
        self.transport.write(plain_answer(status, message))
        if not self.transport.can_write_eof():
            self.transport.close()
            return
        # Closing while the client still sends would reset the connection, and the answer be lost.
        self.transport.write_eof()
        self.flow.resume_reading()
        self._unwatch()
        self._watch = self.loop.call_later(LINGER_S, self.transport.close)

    def on_response_complete(self) -> None:
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
        else:
            self.flow.resume_reading()
            if self._deadline == math.inf:
                self._deadline = self._idle_until()
        if self._refused and not self._answering() and not self.pipeline:
            self._write_refusal()

    # Time

    def _tick(self) -> None:
        now = self.loop.time()
        if self.flow.read_paused and self._deadline != math.inf:
            self._deadline = now + self.body_s  # it is the application that is slow
        if now < self._deadline:
            self._watch = self.loop.call_at(min(self._deadline, now + min(self.head_s, self.body_s)), self._tick)
        elif self._head_done:
            self._refuse(408, "The rest of the request did not come.")
        elif self._unparsed:
            self._refuse(408, "The headers of the request did not come in time.")
        else:
            self.transport.close()

    def _unwatch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    # The application

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        super()._start_asgi_task(cycle, partial(run, cycle, app))

    def reading(self) -> bool:
        """Whether a GET is being answered: at shutdown an event stream is cut, a write is waited for."""
        return self._answering() and self.cycle.scope["method"] in {"GET", "HEAD"}
