"""Mastodon's streaming API: Server-Sent Events and one WebSocket, both fed by `World.tell`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import contextmanager
from typing import Any

from starlette.responses import Response, StreamingResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from guard.sandbox.call import ApiError, Call, Endpoint
from guard.sandbox.params import text
from guard.sandbox.world import Listener, Person, Received, World

_HEARTBEAT = 15.0
_QUICK_HEARTBEAT = 0.5
"""Of a strict server: clients notice their own leaving only at the next word from the service."""
_STREAMS = frozenset({"user", "user:notification", "public", "public:local"})


@contextmanager
def _listening(world: World, person: Person | None, streams: set[str]) -> Any:
    listener = Listener(person, streams, asyncio.Queue())
    world.listeners.append(listener)
    try:
        yield listener
    finally:
        world.listeners.remove(listener)


async def _events(world: World, person: Person | None, stream: str) -> AsyncIterator[str]:
    pause = _QUICK_HEARTBEAT if world.strict else _HEARTBEAT
    with _listening(world, person, {stream}) as listener:
        yield ":)\n\n"
        while True:
            try:
                item = await asyncio.wait_for(listener.queue.get(), pause)
            except TimeoutError:
                yield ":thump\n\n"
                continue
            if item is None:
                return
            yield f"event: {item[1]}\ndata: {item[2]}\n\n"


async def follow(call: Call) -> Response:
    """One stream as Server-Sent Events."""
    stream = call.request.url.path.removeprefix("/api/v1/streaming/").replace("/", ":")
    if stream not in _STREAMS:
        raise ApiError(404, "Not found")
    events = _events(call.world, call.me if stream.startswith("user") else call.viewer, stream)
    return StreamingResponse(events, media_type="text/event-stream", headers={"cache-control": "private, no-store"})


def _token_of(socket: WebSocket) -> str:
    """Query, header or sub-protocol: all three are in use."""
    kind, _, value = socket.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value
    return socket.query_params.get("access_token") or socket.headers.get("sec-websocket-protocol", "")


async def websocket(socket: WebSocket) -> None:
    """Any number of streams over one connection."""
    world: World = socket.app.state.world
    if world.strict:
        headers = tuple((key.lower(), value) for key, value in socket.headers.items())
        world.received.append(Received("WEBSOCKET", socket.url.path, socket.url.query, headers, b""))
    known = world.token(_token_of(socket))
    if known is None or known.person is None:
        await socket.close(4401)
        return
    await socket.accept(subprotocol=socket.headers.get("sec-websocket-protocol"))
    first = socket.query_params.get("stream")
    with _listening(world, known.person, {first} & _STREAMS if first else set()) as listener:
        reader = asyncio.ensure_future(_obey(socket, listener))
        try:
            await _pump(socket, listener)
        except (WebSocketDisconnect, RuntimeError):
            pass  # the client has left
        finally:
            reader.cancel()


async def _pump(socket: WebSocket, listener: Listener) -> None:
    while True:
        item = await listener.queue.get()
        if item is None:
            await socket.close(1001)
            return
        await socket.send_text(json.dumps({"stream": item[0], "event": item[1], "payload": item[2]}))


async def _obey(socket: WebSocket, listener: Listener) -> None:
    """Read subscribe and unsubscribe messages until the client leaves."""
    try:
        while True:
            await _subscribe(socket, listener, await socket.receive_text())
    except (WebSocketDisconnect, RuntimeError):
        listener.queue.put_nowait(None)


async def _subscribe(socket: WebSocket, listener: Listener, message: str) -> None:
    try:
        asked = json.loads(message)
        kind, stream = asked["type"], text(asked, "stream")
    except (ValueError, TypeError, KeyError):
        kind, stream = "", ""
    if stream not in _STREAMS or kind not in {"subscribe", "unsubscribe"}:
        await socket.send_text(json.dumps({"error": "Unknown stream type", "status": 400}))
        return
    (listener.streams.add if kind == "subscribe" else listener.streams.discard)(stream)


_FIELDS = ("access_token", "only_media")
ENDPOINTS = [
    Endpoint("GET", "/api/v1/streaming/user", follow, _FIELDS),
    Endpoint("GET", "/api/v1/streaming/user/notification", follow, _FIELDS),
    Endpoint("GET", "/api/v1/streaming/public", follow, _FIELDS),
    Endpoint("GET", "/api/v1/streaming/public/local", follow, _FIELDS),
]
