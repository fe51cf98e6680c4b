"""API of the gate: pre-check of a text, health, metrics."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from guard import observe
from guard.auth.tokens import PREFIX
from guard.console.door import Door
from guard.inspector import Inspector
from guard.types.inspection import Facts
from guard.types.post import Author, Post, Segment, Visibility
from guard.types.principal import Permission
from guard.view import inspection_json

CHECKS_A_MINUTE = 120
"""Per client address: a check that tells what a rule says is an oracle for whoever fishes for code names."""
LOOPBACK = {"127.0.0.1", "::1"}

router = APIRouter()


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
    warnings: Callable[[], Mapping[str, str]]
    """What an owner of policies should look at though the gate is ready: a name, as `policies-refused`, and what it is about."""
    check_token: str = ""
    checks: dict[str, tuple[float, int]] = field(default_factory=dict)


async def _permitted(request: Request) -> None:
    console: Console = request.app.state.console
    if request.headers.get("authorization", "").startswith(f"Bearer {PREFIX}"):
        await _authorise_token(request)
    else:
        _authorise(console, request)
    _count(console, request)


@router.post("/v1/check", dependencies=[Depends(_permitted)])
async def check(body: CheckRequest, request: Request) -> dict[str, Any]:
    """Inspect one text. Nothing is sent or recorded."""
    if body.at is not None and body.at.tzinfo is None:
        raise HTTPException(422, "at: give a zone, as 2026-12-01T09:00:00+01:00")
    console: Console = request.app.state.console
    post, facts = _post(console, body)
    inspection = await run_in_threadpool(console.inspector().inspect, post, facts)
    return inspection_json(inspection)


@router.get("/healthz", response_class=Response)
async def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", media_type="text/plain")


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """Posts can be inspected and recorded. Warnings are named alone: what they are about is for people who sign in."""
    console: Console = request.app.state.console
    problems = await run_in_threadpool(console.problems)
    told = {"ready": not problems, "problems": problems, "warnings": list(console.warnings())}
    return JSONResponse(told, status_code=503 if problems else 200)


@router.get("/metrics", response_class=Response)
async def metrics() -> Response:
    """Prometheus text format."""
    return Response(observe.metrics(), media_type="text/plain; version=0.0.4")


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


async def _authorise_token(request: Request) -> None:
    """An API token of the console's people (`guard user token`)."""
    door: Door | None = getattr(request.app.state, "door", None)
    principal = None if door is None else await door.bearer(request)
    if principal is None:
        raise HTTPException(401, "this token is wrong, revoked or over", {"WWW-Authenticate": "Bearer"})
    if not principal.may(Permission.CHECK):
        raise HTTPException(403, "this token's scopes do not include check")


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
