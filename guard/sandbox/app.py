"""The sandbox service put together: one ASGI application with all endpoints and the page that shows what got published.

It stands in for a real Mastodon server, so that `make run` needs no account; with `strict=True` it is also the stub
that tests hold the gate against: it takes issued tokens only, refuses unknown parameters and keeps every request.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from guard.sandbox import accounts, compose, entities, instance, media, oauth, page, statuses, streaming
from guard.sandbox.call import ApiError, Call, Endpoint
from guard.sandbox.params import BadParamsError, Params, names, read_params
from guard.sandbox.world import Clock, Received, World

MAX_BODY = media.MAX_FILE + 1_000_000
_INVALID_TOKEN = "The access token is invalid"  # noqa: S105 - words of an answer
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_EXPOSED = ("Link", "X-RateLimit-Reset", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-Request-Id")
_STYLE = (Path(__file__).parent / "page.css").read_text("utf-8")


def utc_now() -> datetime:
    """The service's own clock: it plays a server elsewhere, which shares no clock with the gate."""
    return datetime.now(UTC)  # noqa: TID251


def build_sandbox(
    *,
    strict: bool = False,
    base_url: str = "http://127.0.0.1:8402",
    gate_url: str = "http://127.0.0.1:8400",
    clock: Clock = utc_now,
) -> Starlette:
    """The ASGI application; `app.state.world` is its memory, `app.state.received` (strict) every request it got.

    `base_url` is the address that the service gives as its own in links; `gate_url` the one its page tells people to
    post to.
    """
    world = World(strict=strict, base_url=base_url, gate_url=gate_url, clock=clock)
    modules = (oauth, accounts, statuses, media, instance, streaming)
    routes: list[BaseRoute] = [_route(world, endpoint) for module in modules for endpoint in module.ENDPOINTS]
    routes += [
        WebSocketRoute("/api/v1/streaming", streaming.websocket),
        Route("/", _front_page),
        Route("/style.css", _style),
    ]
    app = Starlette(routes=routes, exception_handlers={404: _unknown, 405: _unknown})
    app.state.world = world
    app.state.received = world.received
    app.add_middleware(_Trimmed)
    if strict:
        # As the real service; but on someone's own machine, pages of other sites have no business with what was posted.
        app.add_middleware(
            CORSMiddleware, allow_origins=["*"], allow_methods=_METHODS, allow_headers=["*"], expose_headers=_EXPOSED
        )
    return app


class _Trimmed:
    """Rails knows no difference between a path and the same with a slash behind it; some clients rely on that."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"} and len(scope["path"]) > 1 and scope["path"].endswith("/"):
            scope = {**scope, "path": scope["path"].rstrip("/")}
        await self.app(scope, receive, send)


def _route(world: World, endpoint: Endpoint) -> Route:
    async def handle(request: Request) -> Response:
        try:
            return await _answer(world, endpoint, request)
        except oauth.OAuthError as error:
            return JSONResponse({"error": error.code, "error_description": error.message}, error.status)
        except ApiError as error:
            return JSONResponse({"error": error.message}, error.status)
        except BadParamsError as error:
            return JSONResponse({"error": str(error)}, 400)

    return Route(endpoint.path, handle, methods=[endpoint.method])


async def _answer(world: World, endpoint: Endpoint, request: Request) -> Response:
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > MAX_BODY:
        raise ApiError(413, "Payload too large")
    if world.strict:
        await _keep(world, request)
    compose.publish_due(world)
    params = await read_params(request)
    token = world.token(_bearer(request, params))
    params.pop("access_token", None)
    if token is None and (endpoint.signed_in or "authorization" in request.headers) and not _basic(request):
        raise ApiError(401, _INVALID_TOKEN)
    if world.strict:
        _check_known(endpoint, params)
    response = await endpoint.handler(Call(request, world, params, token))
    response.headers.update(_rate(world))
    return response


def _rate(world: World) -> dict[str, str]:
    """The rate limit's headers, never reached here; clients compute waits from them."""
    reset = world.clock().replace(microsecond=0) + timedelta(minutes=5)
    limits = {"x-ratelimit-limit": "300", "x-ratelimit-remaining": "299"}
    return limits | {"x-ratelimit-reset": entities.stamp(reset)}


def _basic(request: Request) -> bool:
    return request.headers.get("authorization", "").lower().startswith("basic ")


def _bearer(request: Request, params: Params) -> str:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else str(params.get("access_token") or "")


async def _keep(world: World, request: Request) -> None:
    headers = tuple((key.lower(), value) for key, value in request.headers.items())
    body = await request.body()
    world.received.append(Received(request.method, request.url.path, request.url.query, headers, body))


def _check_known(endpoint: Endpoint, params: Params) -> None:
    """A strict server tells of any parameter that the documentation does not list."""
    for name in names(params):
        if name not in endpoint.fields:
            raise ApiError(400, f"Unknown parameter: {name}")


async def _unknown(request: Request, _error: Exception) -> Response:
    """No such route, in Mastodon's shape."""
    world: World = request.app.state.world
    if world.strict:
        await _keep(world, request)
    return JSONResponse({"error": "Not Found"}, 404)


async def _front_page(request: Request) -> Response:
    world: World = request.app.state.world
    compose.publish_due(world)
    paused = "paused" in request.query_params
    return HTMLResponse(page.front(world, page.language(request), paused=paused), headers=page.headers())


async def _style(_request: Request) -> Response:
    return Response(_STYLE, media_type="text/css", headers={"cache-control": "max-age=60"})
