"""API of the gate: pre-check of a text, health, metrics. `GET /` says what runs here."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from time import monotonic
from typing import Any, Literal

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from guard import __version__, observe
from guard.inspector import Inspector
from guard.types.inspection import Facts
from guard.types.post import Author, Post, Segment, Visibility
from guard.view import inspection_json

CHECKS_A_MINUTE = 120
"""Per client address: a check that tells what a rule says is an oracle for whoever fishes for code names."""
MAX_BODY = 128 * 1024
LOOPBACK = {"127.0.0.1", "::1"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class CheckRequest(BaseModel):
    """One text to inspect, as `guard check` does."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=20_000)
    network: Literal["mastodon", "bluesky", "x"] = "mastodon"
    visibility: Visibility = Visibility.PUBLIC
    groups: list[str] = Field(default=[], max_length=50)
    lang: str | None = Field(default=None, max_length=16)
    at: datetime | None = None


@dataclass(slots=True)
class Console:
    """What the API needs to know of the running gate."""

    inspector: Callable[[], Inspector]
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    problems: Callable[[], list[str]]
    """Why the gate is not ready; empty when it is."""
    facts: Callable[[], Mapping[str, str]]
    """Shown on the front page: addresses, policies, detectors."""
    check_token: str = ""
    checks: dict[str, tuple[float, int]] = field(default_factory=dict)


def build_console(console: Console) -> FastAPI:
    """The ASGI application of the console port."""
    app = FastAPI(title="postguard", version=__version__, docs_url=None, redoc_url=None)

    app.add_middleware(_Small)

    @app.middleware("http")
    async def secure(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        response.headers.update(HEADERS)
        return response

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        """What is wrong and where, without repeating what was sent."""
        wrong = [{"field": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors()]
        return JSONResponse({"detail": wrong}, status_code=422)

    def permitted(request: Request) -> None:
        _authorise(console, request)
        _count(console, request)

    @app.post("/v1/check", dependencies=[Depends(permitted)])
    async def check(body: CheckRequest) -> dict[str, Any]:
        """Inspect one text. Nothing is sent or recorded."""
        if body.at is not None and body.at.tzinfo is None:
            raise HTTPException(422, "at: give a zone, as 2026-12-01T09:00:00+01:00")
        post, facts = _post(console, body)
        inspection = await run_in_threadpool(console.inspector().inspect, post, facts)
        return inspection_json(inspection)

    @app.get("/healthz", response_class=Response)
    async def healthz() -> Response:
        """The process answers."""
        return Response("ok\n", media_type="text/plain")

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        """Posts can be inspected and recorded."""
        problems = await run_in_threadpool(console.problems)
        return JSONResponse({"ready": not problems, "problems": problems}, status_code=503 if problems else 200)

    @app.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        """Prometheus text format."""
        return Response(observe.metrics(), media_type="text/plain; version=0.0.4")

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    async def front() -> str:
        return _front(console)

    return app


class _Small:
    """Refuses bodies over MAX_BODY before anything reads them whole."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received = 0

        async def counted() -> Any:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY:
                raise HTTPException(413, f"at most {MAX_BODY} bytes")
            return message

        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if int(declared) > MAX_BODY:
            await JSONResponse({"detail": f"at most {MAX_BODY} bytes"}, 413)(scope, receive, send)
            return
        await self._app(scope, counted, send)


def _post(console: Console, body: CheckRequest) -> tuple[Post, Facts]:
    groups = frozenset(body.groups)
    author = Author(network=body.network, account="", groups=groups)
    segments = (Segment("/text", "body", body.text),)
    post = Post(
        console.new_id(), body.network, "check", author, segments, visibility=body.visibility, language=body.lang
    )
    return post, Facts(now=body.at or console.now(), groups=groups)


def _authorise(console: Console, request: Request) -> None:
    """With a token set, it must be given; without one, only this machine may ask."""
    if console.check_token:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {console.check_token}".encode()):
            raise HTTPException(401, "a bearer token is needed", {"WWW-Authenticate": "Bearer"})
    elif request.client is None or request.client.host not in LOOPBACK:
        raise HTTPException(403, "without console.check_token in guard.toml only this machine may ask")


def _count(console: Console, request: Request) -> None:
    client = request.client.host if request.client else ""
    started, count = console.checks.get(client, (monotonic(), 0))
    if monotonic() - started > 60:
        started, count = monotonic(), 0
    if count >= CHECKS_A_MINUTE:
        raise HTTPException(429, f"at most {CHECKS_A_MINUTE} checks a minute", {"Retry-After": "60"})
    if len(console.checks) > 10_000:
        console.checks.clear()
    console.checks[client] = (started, count + 1)


def _front(console: Console) -> str:
    rows = "".join(f"<dt>{escape(key)}</dt><dd>{escape(value)}</dd>" for key, value in console.facts().items())
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>postguard</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }}
body {{ max-width: 44rem; margin: 3rem auto; padding: 0 1rem }}
dt {{ font-weight: 600; margin-top: .8rem }} dd {{ margin: 0; overflow-wrap: anywhere }}
code {{ font-size: .95em }}
</style></head><body>
<h1>postguard {escape(__version__)}</h1>
<p>The gate is running. Held posts are listed by <code>guard review list</code>.</p>
<dl>{rows}</dl>
<p><a href="/healthz">health</a> · <a href="/readyz">readiness</a> · <a href="/metrics">metrics</a> ·
<a href="/openapi.json">API description</a></p>
</body></html>"""
