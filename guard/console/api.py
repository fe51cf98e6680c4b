"""API of the gate: pre-check of a text, health, metrics."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from guard import observe
from guard.auth.tokens import PREFIX
from guard.console.author.checks import Asker, Checks
from guard.console.author.probing import SHUT_FOR
from guard.console.door import Door
from guard.errors import GuardError
from guard.inspector import Inspector
from guard.types.inspection import Facts
from guard.types.post import Author, Post, Segment, Visibility
from guard.types.principal import Permission, Principal
from guard.view import inspection_json

CHECKS_A_MINUTE = 120
"""Per token, or address: a check that tells what a rule says is an oracle for whoever fishes for code names."""
LOOPBACK = {"127.0.0.1", "::1"}
LOCAL_NAMES = LOOPBACK | {"localhost"}
PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""Headers of whoever asks for somebody else."""

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
    warnings: Callable[[], Mapping[str, Sequence[str | GuardError]]]
    """What an owner of policies should look at though the gate is ready: a name, as `policies-refused`, and what it is about."""
    check_token: str = ""
    proxied: bool = False
    """Whether a proxy stands before the console: then everybody seems to ask from this machine."""
    checks: Checks = field(default_factory=Checks)


@router.post("/v1/check")
async def check(body: CheckRequest, request: Request) -> dict[str, Any]:
    """Inspect one text. Nothing is sent or recorded. A person's own token is not told where confidential words stand."""
    if body.at is not None and body.at.tzinfo is None:
        raise HTTPException(422, "at: give a zone, as 2026-12-01T09:00:00+01:00")
    console: Console = request.app.state.console
    principal = await _who(console, request)
    now, asker = console.now(), _asker(request, principal)
    if not console.checks.allowed(asker, now, CHECKS_A_MINUTE):
        raise HTTPException(429, f"at most {CHECKS_A_MINUTE} checks a minute", {"Retry-After": "60"})
    if await console.checks.shut(asker, now):
        raise _paused()
    post, facts = _post(console, body, _groups(body, principal))
    inspection = await run_in_threadpool(console.inspector().inspect, post, facts)
    if await console.checks.saw(asker, inspection, now):
        raise _paused()
    return inspection_json(inspection, confide=principal is None)


def _asker(request: Request, principal: Principal | None) -> Asker:
    if principal is not None:
        return Asker("account", principal.id, principal.name, principal.person, "api")
    return Asker("address", request.client.host if request.client else "", via="api")


def _paused() -> HTTPException:
    """Says nothing of the text: neither that something was found in it nor that nothing was."""
    wait = {"Retry-After": str(int(SHUT_FOR.total_seconds()))}
    return HTTPException(429, "too many checks of nearly the same text about confidential matters", wait)


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


def _post(console: Console, body: CheckRequest, groups: frozenset[str]) -> tuple[Post, Facts]:
    author = Author(network=body.network, account="", groups=groups)
    segments = (Segment("/text", "body", body.text),)
    post = Post(
        console.new_id(), body.network, "check", author, segments, visibility=body.visibility, language=body.lang
    )
    return post, Facts(now=body.at or console.now(), groups=groups)


async def _who(console: Console, request: Request) -> Principal | None:
    """Whose API token it is; None for whoever runs the gate: with the token of guard.toml, or without one on this machine."""
    given = request.headers.get("authorization", "")
    if given.startswith(f"Bearer {PREFIX}"):
        return await _person(request)
    if console.check_token:
        if not hmac.compare_digest(given.encode(), f"Bearer {console.check_token}".encode()):
            raise HTTPException(401, "a bearer token is needed", {"WWW-Authenticate": "Bearer"})
    elif console.proxied or not _from_here(request):
        raise HTTPException(403, "without console.check_token in guard.toml only this machine may ask")
    return None


def _from_here(request: Request) -> bool:
    """Whether a program of this machine asks for itself: no proxy for another, and no page that a browser took for ours."""
    here = request.client is not None and request.client.host in LOOPBACK
    return here and request.url.hostname in LOCAL_NAMES and not any(name in request.headers for name in PASSED_ON)


async def _person(request: Request) -> Principal:
    """The bearer of an API token of the console's people (`guard user token`)."""
    door: Door | None = getattr(request.app.state, "door", None)
    principal = None if door is None else await door.bearer(request)
    if principal is None:
        raise HTTPException(401, "this token is wrong, revoked or over", {"WWW-Authenticate": "Bearer"})
    if not principal.may(Permission.CHECK):
        raise HTTPException(403, "this token's scopes do not include check")
    return principal


def _groups(body: CheckRequest, principal: Principal | None) -> frozenset[str]:
    """A person checks a post of their own: the groups are theirs. Whoever writes policies may try any."""
    asked = frozenset(body.groups)
    if principal is None or principal.may(Permission.POLICIES):
        return asked
    if not asked <= principal.groups:
        raise HTTPException(403, "groups: only those that you are in")
    return asked or principal.groups
