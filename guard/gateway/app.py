"""One listener as a bare ASGI application: every request is read through, submitted, or refused in the service's words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from guard import observe
from guard.channels.base import Refusal, Route, RouteKind, Trouble
from guard.errors import GuardError, RequestError
from guard.gateway import words
from guard.gateway.passthrough import forward_read
from guard.gateway.server import BodyBudget, read_body
from guard.gateway.submit import Gate, refusal_for, submit
from guard.gateway.websocket import relay
from guard.types.http import Headers, HttpReply, HttpRequest

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_BODY = 17 * 1024 * 1024
"""A 16 MiB file and its form around it; channels hold JSON and forms to far less."""


class GateApp:
    """ASGI callable of one listener."""

    def __init__(self, gate: Gate, budget: BodyBudget) -> None:
        self._gate = gate
        self._budget = budget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        gate = self._gate
        headers: Headers = tuple(scope["headers"])
        request = HttpRequest(
            scope["method"], scope["raw_path"].decode("ascii", "replace"), scope["query_string"].decode("ascii", "replace"), headers
        )
        try:
            route = gate.channel.route(request)
            if route.kind is RouteKind.READ or route.kind is RouteKind.STREAM:
                await self._read(request, route, send)
                return
            if route.kind is RouteKind.REFUSE:
                reply = self._refuse_route(request, route)
            else:
                async with self._budget.body(receive, MAX_BODY) as body:
                    whole = HttpRequest(request.method, request.path, request.query, headers, body)
                    reply = await submit(gate, whole, route)
        except Exception as error:  # noqa: BLE001 -- whatever broke, the client gets an answer and nothing is forwarded
            reply = self._trouble(error, request)
        await answer(send, reply, headers)
