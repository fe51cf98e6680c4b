"""WebSocket streams of a service, relayed both ways; what a client may say in them is a closed list (RFC 6455).

A stream is for listening: a frame that could carry text to the service ends it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from guard.errors import UpstreamError
from guard.gateway.asgi import Receive, Scope, Send
from guard.types.http import Headers
from guard.upstream.address import Origin, parse_origin, resolve, tls_context, written_private

MAX_FROM_CLIENT = 16 * 1024
MAX_FROM_SERVICE = 4 * 1024 * 1024
OPEN_S = 10.0
PING_S = 20.0
"""Between two pings to the service; one not answered within as long ends the stream."""


_silent = logging.Logger("guard.gateway.websocket", logging.CRITICAL)  # noqa: LOG001 (the library logs frames and tokens)
_silent.addHandler(logging.NullHandler())


class _Connect(connect):
    """The library's connection, without its habit of following redirects."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def relay(
    scope: Scope,
    receive: Receive,
    send: Send,
    upstream_url: str,
    *,
    headers: Headers,
    allow: Callable[[str | bytes], bool],
    tls: ssl.SSLContext | None = None,
    allow_private: bool = False,
) -> None:
    """Open the stream at the service, accept the client with what was agreed there, and pass frames until one side ends.

    `upstream_url` is ws(s) or http(s) with a path; the client's query (Mastodon's access_token) is added when it has
    none. `headers` go to the service as they are; the client's subprotocols too. A frame for which `allow` is false
    closes both sides with 1008. `tls` is the service's context (`Upstream.tls`), by default the system's authorities.
    """
    await receive()  # websocket.connect
    try:
        service = await _open(_target(scope, upstream_url), scope, headers, tls, allow_private=allow_private)
    except InvalidStatus as error:
        response = error.response
        await _reject(
            scope, send, response.status_code, bytes(response.body or b""), response.headers.get("Content-Type", "")
        )
        return
    except (InvalidHandshake, UpstreamError, OSError, TimeoutError, ValueError):
        body = json.dumps({"error": "The service's stream cannot be reached."}).encode()
        await _reject(scope, send, 502, body, "application/json")
        return
    try:
        await send({"type": "websocket.accept", "subprotocol": service.subprotocol})
        await _both_ways(service, receive, send, allow)
    finally:
        await service.close()


async def _open(
    target: str, scope: Scope, headers: Headers, tls: ssl.SSLContext | None, *, allow_private: bool
) -> ClientConnection:
    origin = _origin(target)
    addresses = await resolve(origin, allow_private=allow_private or written_private(origin))
    secure: dict[str, Any] = {"ssl": tls or tls_context(None), "server_hostname": origin.host} if origin.secure else {}
    offered = [Subprotocol(name) for name in scope.get("subprotocols", [])]
    options: dict[str, Any] = {
        "port": origin.port,
        "subprotocols": offered or None,
        "additional_headers": [(name.decode("ascii"), value.decode("latin-1")) for name, value in headers],
        "user_agent_header": None,
        "proxy": None,
        "open_timeout": OPEN_S / len(addresses),
        "ping_interval": PING_S,
        "ping_timeout": PING_S,
        "close_timeout": 2.0,
        "max_size": MAX_FROM_SERVICE,
        "logger": _silent,
        **secure,
    }
    for address in addresses[:-1]:
        try:
            return await _Connect(target, host=address, **options)
        except OSError:  # and TimeoutError: the next one may be reached
            continue
    return await _Connect(target, host=addresses[-1], **options)


def _target(scope: Scope, url: str) -> str:
    url = url.replace("http", "ws", 1) if url.startswith("http") else url
    query = scope.get("query_string", b"").decode("ascii")
    return f"{url}?{query}" if query and "?" not in url else url


def _origin(target: str) -> Origin:
    scheme, _, rest = target.partition("://")
    return parse_origin(f"{scheme}://{rest.partition('/')[0].partition('?')[0]}", ("ws", "wss"))


@dataclass(frozen=True, slots=True)
class _End:
    """Why a stream ends: the code and reason for the side, or sides, that did not say so."""

    code: int
    reason: str = ""
    client_gone: bool = False


async def _both_ways(
    service: ClientConnection, receive: Receive, send: Send, allow: Callable[[str | bytes], bool]
) -> None:
    """Pass frames until one side closes; then close the other with the same code."""
    down = asyncio.ensure_future(_from_service(service, send))
    up = asyncio.ensure_future(_from_client(service, receive, allow))
    try:
        await asyncio.wait({down, up}, return_when=asyncio.FIRST_COMPLETED)
        end = up.result() if up.done() else down.result()
    finally:
        for task in (down, up):
            task.cancel()
        await asyncio.gather(down, up, return_exceptions=True)
    if not end.client_gone:
        try:
            await send({"type": "websocket.close", "code": end.code, "reason": end.reason})
        except OSError:
            pass  # it has gone in this moment
    await service.close(end.code, end.reason)


async def _from_service(service: ClientConnection, send: Send) -> _End:
    try:
        while True:
            frame = await service.recv()
            await send({"type": "websocket.send", "text" if isinstance(frame, str) else "bytes": frame})
    except ConnectionClosed as closed:
        if closed.rcvd is None:
            return _End(1011, "The service's stream broke off.")
        return _End(_sendable(closed.rcvd.code), closed.rcvd.reason)
    except OSError:
        return _End(1001, client_gone=True)


async def _from_client(service: ClientConnection, receive: Receive, allow: Callable[[str | bytes], bool]) -> _End:
    while True:
        message = await receive()
        if message["type"] != "websocket.receive":
            return _End(_sendable(message.get("code") or 1000), message.get("reason") or "", client_gone=True)
        text = message.get("text")
        frame: str | bytes = text if text is not None else message["bytes"]
        if len(frame) > MAX_FROM_CLIENT or not allow(frame):
            return _End(1008, "The gate does not accept this message.")
        try:
            await service.send(frame)
        except ConnectionClosed:
            await asyncio.Event().wait()  # the other direction ends the stream, with the service's code


def _sendable(code: int) -> int:
    """1005, 1006 and 1015 stand for no code at all and must not be sent."""
    return {1005: 1000, 1006: 1001, 1015: 1001}.get(code, code)


async def _reject(scope: Scope, send: Send, status: int, body: bytes, content_type: str) -> None:
    """Answer the handshake with an HTTP error, the service's own where it gave one."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1011})
        return
    status = status if 400 <= status < 600 else 502
    headers = [(b"content-type", content_type.encode("latin-1"))] if content_type else []
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})
