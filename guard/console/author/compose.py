"""The author's bench: a text is checked while it is typed, before anything is sent anywhere. Nothing of it is kept."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from guard.console.author.advice import Advice, advise
from guard.console.author.checks import Asker, Checks
from guard.console.author.draft import NETWORKS, OPEN_ONLY, Draft, draft_of
from guard.console.page import Anyone, Visit
from guard.inspector import Inspector
from guard.types.inspection import Inspection
from guard.types.post import Post, Visibility

A_MINUTE = 600
"""Checks of one person who types."""

router = APIRouter(include_in_schema=False)


@router.get("/compose")
async def blank(visit: Anyone) -> Response:
    return show(visit, Draft())


@router.post("/compose")
async def checked(visit: Anyone) -> Response:
    """The page, or for the page's own script the advice alone."""
    draft = draft_of(visit.form, groups_of(visit))
    if not draft.text.strip():
        return show(visit, draft)
    checks, asker = checks_of(visit), asker_of(visit)
    if not checks.allowed(asker, visit.now, A_MINUTE):
        return show(visit, draft, status=429, state="fast")
    async with checks.alone(asker) as newest:
        return await _checked(visit, draft) if newest or not visit.live else overtaken()


async def _checked(visit: Visit, draft: Draft) -> Response:
    checks, asker, inspector = checks_of(visit), asker_of(visit), visit.desk.inspector()
    if await checks.shut(asker, visit.now):
        return show(visit, draft, state="paused")
    inspection = await run_in_threadpool(look, inspector, draft, visit)
    if await checks.saw(asker, inspection, visit.now):
        return show(visit, draft, state="paused")
    rules = frozenset(match.id for match in inspection.decision.matches)
    again = checks.reading.again(asker, rules, visit.now)
    passes = partial(_passes, inspector, draft, visit)
    return show(visit, draft, await run_in_threadpool(advise, inspection, visit.words, again=again, passes=passes))


def overtaken() -> Response:
    """For the page's script: this answer would come too late, another is on its way."""
    return Response(status_code=204)


def look(inspector: Inspector, draft: Draft, visit: Visit) -> Inspection:
    return inspector.inspect(draft.post("compose", visit.principal.person), draft.facts(visit.now))


def _passes(inspector: Inspector, draft: Draft, visit: Visit, safe: Post) -> bool:
    """As the gate does: only a version that would pass as it stands is offered."""
    return inspector.passes(safe, draft.facts(visit.now))


def show(
    visit: Visit, draft: Draft, advice: Advice | None = None, *, status: int = 200, state: str = "", **more: object
) -> Response:
    """`state`: `fast` or `paused` where there is no advice."""
    values = {
        "draft": draft,
        "advice": advice,
        "state": state,
        "networks": NETWORKS,
        "open_only": OPEN_ONLY,
        "visibilities": [each.value for each in Visibility],
        "due_after": visit.desk.answer_by(visit.now) - visit.now,
    }
    return visit.page("_advice.html" if visit.live else "compose.html", status, **(values | more))


def checks_of(visit: Visit) -> Checks:
    checks: Checks = visit.request.app.state.console.checks
    return checks


def asker_of(visit: Visit, via: str = "page") -> Asker:
    principal = visit.principal
    return Asker("account", principal.id, principal.name, principal.person, via)


def groups_of(visit: Visit) -> frozenset[str]:
    """The groups the gate knows this person's accounts by, where it knows any."""
    known = visit.desk.authors.named(visit.principal.person)
    return visit.principal.groups if known is None else known.groups
