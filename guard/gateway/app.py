"""One listener as a bare ASGI application: a request is read through, submitted, or refused in the service's words."""

from __future__ import annotations

from collections.abc import Callable

from guard import observe
from guard.channels.base import Refusal, Route, RouteKind, Trouble
from guard.errors import GuardError, RequestError, StoreError, UnsendableError, UpstreamError
from guard.gateway import words
from guard.gateway.asgi import WHOLE, ClientGoneError, Receive, Scope, Send
from guard.gateway.bodies import BodyBudget
from guard.gateway.gate import Gate
from guard.gateway.passthrough import CorsMemory, Rewrite, forward_read, read_headers
from guard.gateway.submit import refusal_for, submit
from guard.gateway.websocket import relay
from guard.types.http import HttpReply, HttpRequest

READS = {"GET", "HEAD", "OPTIONS"}
MAX_BODY = 25 * 1024 * 1024
"""A 16 MiB file in base64 with its request around it; channels hold JSON and forms to far less."""


class GateApp:
    """ASGI callable of one listener."""

    def __init__(self, gate: Gate, budget: BodyBudget) -> None:
        self._gate = gate
        self._budget = budget
        self._cors = CorsMemory()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = HttpRequest(
            scope["method"],
            scope["raw_path"].decode("ascii", "replace"),
            scope["query_string"].decode("ascii", "replace"),
            tuple(scope["headers"]),
        )
        try:
            route = self._gate.channel.route(request)
            if route.kind in {RouteKind.READ, RouteKind.STREAM}:
                await self._read(request, route, receive, send)
                return
            reply = await self._write(request, route, receive)
        except ClientGoneError:
            raise
        except Exception as error:  # noqa: BLE001 -- whatever broke, the client gets an answer and nothing is forwarded
            if isinstance(error, UpstreamError) and request.method in READS:
                error.sent = False
            reply = self._trouble(error, request)
        await _answer(send, self._cors.apply(request.headers, reply))

    async def _read(self, request: HttpRequest, route: Route, receive: Receive, send: Send) -> None:
        gate = self._gate
        asked = HttpRequest(request.method, route.path, request.query, request.headers)
        rewrite: Rewrite | None = None
        if route.rewrite:
            rewrite = _rewriter(gate, route)
        answered = await forward_read(
            gate.upstream,
            asked,
            send,
            rewrite,
            receive=receive,
            rewrite_head=_rewriter(gate, route) if rewrite is None else None,
            cors=self._cors,
        )
        if answered:
            observe.worked("upstream", gate.name)

    async def _write(self, request: HttpRequest, route: Route, receive: Receive) -> HttpReply:
        gate = self._gate
        if route.kind is RouteKind.REFUSE:
            reason = gate.channel.reasons[route.operation][self._language(request)]
            observe.refused(gate.channel.network, route.operation)
            return gate.channel.reply(Refusal(Trouble.REFUSED_ROUTE, reason))
        declared = request.header(b"content-length")
        async with self._budget.body(receive, MAX_BODY, declared=int(declared or 0)) as body:
            whole = HttpRequest(request.method, request.path, request.query, request.headers, body)
            return await submit(gate, whole, route)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        gate = self._gate
        raw_path, query = scope["raw_path"].decode("ascii", "replace"), scope["query_string"].decode("ascii", "replace")
        request = HttpRequest("GET", raw_path, query, tuple(scope["headers"]))
        try:
            route = gate.channel.route(request)
        except RequestError:
            route = None
        if route is None or route.kind is not RouteKind.STREAM:
            await receive()  # websocket.connect
            await send({"type": "websocket.close", "code": 1008})  # before acceptance: the client gets a 403
            return
        await relay(
            scope,
            receive,
            send,
            gate.upstream.base_url + route.path,
            headers=read_headers(request.headers),
            allow=gate.channel.allows_frame,
            tls=gate.upstream.tls,
            allow_private=gate.upstream.allow_private,
        )

    def _language(self, request: HttpRequest) -> str:
        known = self._gate.identities.language(request)  # as a post's own answer: authors.toml first
        return known or words.spoken(request.header(b"accept-language")) or self._gate.language

    def _trouble(self, error: Exception, request: HttpRequest) -> HttpReply:
        """The error in the service's own words; unexpected ones are told to the operator by name only."""
        match error:
            case StoreError():
                observe.failed("store", str(error))
            case UpstreamError() if not isinstance(error, UnsendableError):
                observe.failed("upstream", error.message, self._gate.name)
            case GuardError():
                pass
            case _:
                observe.warn("request-failed", error=type(error).__name__, listener=self._gate.name)
        refusal = refusal_for(error, self._language(request), reading=request.method in READS)
        observe.refused(self._gate.channel.network, refusal.trouble.value)
        return self._gate.channel.reply(refusal)


def _rewriter(gate: Gate, route: Route) -> Callable[[HttpReply], HttpReply]:
    return lambda reply: gate.channel.rewrite(route, reply, gate.public_url, gate.upstream.base_url)


async def _answer(send: Send, reply: HttpReply) -> None:
    await send({"type": WHOLE, "reply": reply})
