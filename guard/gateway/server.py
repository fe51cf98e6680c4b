"""Several listeners in one event loop.

Listeners are bound all before any serves: a gate that runs half would let half the company believe it is guarded.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from signal import SIGINT, SIGTERM
from typing import Any, cast

import uvicorn
from uvicorn.server import ServerState

from guard import observe
from guard.errors import SettingsError, place_of
from guard.gateway.asgi import App, Receive, Scope, Send
from guard.gateway.certificates import context_of
from guard.gateway.strict import StrictProtocol
from guard.words.texts import Phrase

_log = logging.getLogger("guard.gateway")

GRACE_S = 10.0
"""Seconds that requests in flight are given at shutdown."""
STREAM_GRACE_S = 1.0
"""Seconds for reads, which may be endless event streams."""
BACKLOG = 2048
KEEP_ALIVE_S = 75
MAX_FRAME = 64 * 1024
"""Bytes of a WebSocket message from a client."""
_UNBOUND = {
    errno.EADDRINUSE: Phrase("settings.do.free-port"),
    errno.EACCES: Phrase("settings.do.right-to-port"),
    errno.EADDRNOTAVAIL: Phrase("settings.do.own-address"),
}
"""What to do about an address that cannot be listened on."""


@dataclass(slots=True)
class Listener:
    """An address and the application behind it; TLS when a certificate is given."""

    name: str
    host: str
    port: int
    """0: any free one."""
    app: App | None
    """None while it is only to be bound."""
    tls_cert: Path | None = None
    """PEM, with the chain."""
    tls_key: Path | None = None
    sock: socket.socket | None = None
    """Bound already."""
    tls: ssl.SSLContext | None = None
    """What its connections are made with, once it serves."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a listener really listens."""

    name: str
    host: str
    port: int
    secure: bool

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}"


async def serve(
    listeners: Sequence[Listener],
    stop: asyncio.Event,
    ready: Callable[[tuple[Address, ...]], None] | None = None,
    *,
    signals: bool = True,
) -> None:
    """Serve until `stop` is set or (with `signals`) SIGINT or SIGTERM comes, then finish what is in flight.

    `ready` is called once, with the real addresses, when all listeners accept. SettingsError when an address cannot be
    bound or a certificate not be read; then nothing was served. Applications get no ASGI lifespan messages.
    """
    with contextlib.ExitStack() as stack:
        bound = [(listener, stack.enter_context(_bind(listener))) for listener in listeners]
        for listener in listeners:
            listener.tls = _tls(listener)
        states = [ServerState() for _ in listeners]
        servers: list[asyncio.Server] = []
        try:
            for (listener, sock), state in zip(bound, states, strict=True):
                servers.append(await _start(listener, sock, state))
            with on_signals(stop) if signals else contextlib.nullcontext():  # before it is told how to stop it
                if ready is not None:
                    ready(tuple(address_of(listener, sock) for listener, sock in bound))
                await stop.wait()
        finally:
            for server in servers:
                server.close()
            await _finish(states)


async def _start(listener: Listener, sock: socket.socket, state: ServerState) -> asyncio.Server:
    config = uvicorn.Config(
        cast("Any", _contained(listener.app)),
        http=StrictProtocol,
        ws="websockets-sansio",
        interface="asgi3",
        lifespan="off",
        log_config=None,
        log_level="error",  # above what would name paths with tokens in their query
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        ws_max_size=MAX_FRAME,
        backlog=BACKLOG,
    )
    config.load()
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: StrictProtocol(config, state, {}), sock=sock, ssl=listener.tls, backlog=BACKLOG
    )


def _contained(app: App | None) -> App:
    """WebSockets do not pass through StrictProtocol's catch: their exceptions are logged here, without the message."""
    if app is None:
        raise TypeError("a listener without an application")

    async def websocket(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except Exception as error:  # noqa: BLE001 (the last catch of a connection)
            _log.error("%s in a WebSocket, at %s", type(error).__name__, place_of(error))

    def called(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        return (websocket if scope["type"] == "websocket" else app)(scope, receive, send)

    return called


def bind(listener: Listener, count: int) -> list[socket.socket]:
    """Sockets for so many processes that share the address, and a look at its certificate. SettingsError as in `serve`.

    The first is bound alone: another program's port must not be shared by accident.
    """
    _tls(listener)
    alone = _bind(listener)
    port = int(alone.getsockname()[1])
    alone.close()
    shared = replace(listener, port=port)
    return [_bind(shared, shared=True) for _ in range(count)]


def _bind(listener: Listener, *, shared: bool = False) -> socket.socket:
    if listener.sock is not None:
        return listener.sock
    place = f"{listener.host}:{listener.port}"
    if not 0 <= listener.port <= 65535:
        message = Phrase("settings.no-port", name=repr(listener.name), port=listener.port)
        raise SettingsError(message, hint=Phrase("settings.do.low-port"))
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            listener.host, listener.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        sock = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        hint = Phrase("settings.do.check-address", name=repr(listener.name))
        raise SettingsError(Phrase("settings.no-such-address", address=place), hint=hint) from error
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.setblocking(False)
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        why = error.strerror or Phrase("settings.not-possible")
        message = Phrase("settings.cannot-listen", name=repr(listener.name), address=place, why=why)
        raise SettingsError(message, hint=_UNBOUND.get(error.errno or 0, _UNBOUND[errno.EADDRINUSE])) from error
    return sock


def _tls(listener: Listener) -> ssl.SSLContext | None:
    if listener.tls_cert is None:
        return None
    door = context_of(listener.name, listener.tls_cert, listener.tls_key)
    # A context would take a renewed certificate beside one of another kind of key, so each connection gets the latest context.
    door.sni_callback = lambda connection, _name, _door: setattr(connection, "context", listener.tls)
    return door


def renew(listener: Listener) -> None:
    """Read the certificate of a listener that serves again. SettingsError when it cannot be used: the old one stays."""
    if listener.tls is not None and listener.tls_cert is not None:
        listener.tls = context_of(listener.name, listener.tls_cert, listener.tls_key)


def address_of(listener: Listener, sock: socket.socket) -> Address:
    """Where a bound listener listens."""
    return Address(listener.name, listener.host, int(sock.getsockname()[1]), listener.tls_cert is not None)


@contextlib.contextmanager
def on_signals(stop: asyncio.Event) -> Iterator[None]:
    """SIGINT and SIGTERM set `stop`; a second one ends the process as usual."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()

    def on_signal(name: str) -> None:
        observe.log("stopping", signal=name)
        stop.set()
        for number in (SIGINT, SIGTERM):
            loop.remove_signal_handler(number)

    for number in (SIGINT, SIGTERM):
        loop.add_signal_handler(number, on_signal, number.name)
    try:
        yield
    finally:
        for number in (SIGINT, SIGTERM):
            loop.remove_signal_handler(number)


async def _finish(states: Sequence[ServerState]) -> None:
    """Let the requests in flight end, reads briefly and writes longer, then break off what is left."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for connection in _connections(states):
        connection.shutdown()
    await asyncio.sleep(0)
    while any(state.connections or state.tasks for state in states):
        passed = loop.time() - begun
        if passed > GRACE_S:
            break
        if passed > STREAM_GRACE_S:
            for connection in _connections(states):
                if not isinstance(connection, StrictProtocol) or connection.reading():
                    connection.transport.close()
        await asyncio.sleep(0.02)
    tasks = [task for state in states for task in state.tasks]
    if tasks:
        observe.warn("requests-broken-off", requests=len(tasks))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for connection in _connections(states):
        connection.transport.abort()
    await asyncio.sleep(0)


def _connections(states: Sequence[ServerState]) -> list[Any]:
    return [connection for state in states for connection in state.connections]
