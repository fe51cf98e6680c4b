"""How an application's answer gets onto a client's connection, and what is answered in its place when it fails."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from guard.errors import place_of
from guard.gateway.asgi import ABORT, WHOLE, App, ClientGoneError, Message, Receive, Scope, Send
from guard.types.http import HttpReply

_UNSAFE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]").search
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")

_log = logging.getLogger("guard.gateway")


async def run(cycle: RequestResponseCycle, app: App, scope: Scope, receive: Receive, send: Send) -> None:
    """Run the application on one request; whatever it raises is logged by kind and place only, never by its message."""

    def sending(message: Message) -> Awaitable[None]:
        if cycle.disconnected:
            raise ClientGoneError("the client has gone")
        if message is ABORT:
            return _break_off(cycle)
        if message["type"] == WHOLE:
            return _write_whole(cycle, message["reply"])
        if message.get("reason"):
            cycle.transport = _StatusLine(cycle, message)  # type: ignore[assignment]
        return send(message)

    try:
        await app(scope, receive, sending)
    except ClientGoneError:
        pass
    except asyncio.CancelledError:
        await _break_off(cycle)  # shutdown: the server waited as long as it may
    except Exception as error:  # noqa: BLE001 (the last catch of a request)
        _log.error("%s while answering a request, at %s", type(error).__name__, place_of(error))
        if cycle.response_started:
            await _break_off(cycle)
        else:
            await _send_plain(cycle, send)


async def _write_whole(cycle: RequestResponseCycle, reply: HttpReply) -> None:
    """Answer in one piece, with a length of our own; what uvicorn does in two messages and a dozen steps."""
    if cycle.flow.write_paused:
        await cycle.flow.drain()
    if cycle.disconnected:
        return
    status, body = reply.status, reply.body
    lines = [_status_line(status, reply.reason), b"content-length: %d\r\n" % len(body)]
    for name, value in reply.headers:
        if _UNSAFE(value) is not None or _UNSAFE(name) is not None:
            raise ValueError("a header that cannot be sent")
        if name == b"connection":
            cycle.keep_alive = cycle.keep_alive and b"close" not in value.lower()
        elif name != b"content-length":
            lines += (name, b": ", value, b"\r\n")
    lines.append(b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n")
    if cycle.scope["method"] != "HEAD":
        lines.append(body)
    cycle.response_started = True
    cycle.waiting_for_100_continue = False
    cycle.transport.write(b"".join(lines))
    cycle.response_complete = True
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()


def _status_line(status: int, reason: str) -> bytes:
    if not reason:
        return STATUS_LINE[status]
    shown = _UNPRINTABLE.sub(" ", reason).strip()[:512]
    return f"HTTP/1.1 {status} {shown}\r\n".encode("ascii")


class _StatusLine:
    """Stands in for a cycle's transport for one write, the one that begins with the status line, to put the reason in."""

    def __init__(self, cycle: RequestResponseCycle, message: Message) -> None:
        self._cycle = cycle
        self._transport = cycle.transport
        self._line = _status_line(message["status"], str(message["reason"]))

    def write(self, data: bytes) -> None:
        self._cycle.transport = self._transport
        self._transport.write(self._line + data.partition(b"\r\n")[2])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


async def _break_off(cycle: RequestResponseCycle) -> None:
    cycle.disconnected = True
    cycle.transport.close()


async def _send_plain(cycle: RequestResponseCycle, send: Send) -> None:
    cycle.keep_alive = False
    body = _error_body("The gate failed on this request.")
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def plain_answer(status: int, message: str) -> bytes:
    body = _error_body(message)
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body


def _error_body(message: str) -> bytes:
    """Readable to Mastodon's and to AT Protocol's clients; the listener's service is not known at this depth."""
    return json.dumps({"error": message, "message": message}).encode()
