"""The queue: held posts that wait for a person, the one due first on top. Filters do not reorder it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from secrets import token_hex
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from guard.console.effects import inspect, settle
from guard.console.page import Visit, go, needs
from guard.console.sides import excerpt
from guard.errors import GuardError
from guard.outbox import deciding, review
from guard.outbox.deciding import MINE, Bar, BarredError, Choice, bar_of, may_read, must_say
from guard.store.base import Transaction
from guard.store.queue import Place
from guard.types.decision import Action
from guard.types.held import CaseState, Form, Need
from guard.types.principal import Permission
from guard.types.queue import Counts, Decided, Verdict, Waiting

LINES = 50
BULK = 200
TRIES = 3
"""Looks for a case that nobody takes meanwhile."""
VIEWS = ("waiting", "overdue", "mine", "decided")
REASONS = ("rule", "names", "personal", "confidential", "tone", "false-positive", "already-public", "agreed", "other")
"""The short list; its texts are `reasons.<name>`. What a reviewer writes follows it."""
_PASSING = frozenset({"false-positive", "already-public", "agreed"})
"""Those that tell why something may go out; a form sends the first of the list even where nobody chose it."""

router = APIRouter(include_in_schema=False)
Reviewer = Annotated[Visit, Depends(needs(Permission.REVIEW))]
IdleReviewer = Annotated[Visit, Depends(needs(Permission.REVIEW, idle=True))]
"""What a reviewer's page asks for by itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is shown."""

    case: Waiting
    bar: Bar | None
    excerpt: str
    """Empty for those who may not read it, and once the text is erased."""
    late: bool
    left: timedelta
    bulk: bool
    """Whether it may be decided together with others: no rule asks for several people."""


@dataclass(frozen=True, slots=True)
class Found:
    counts: Counts
    lines: list[Line]
    decided: list[Decided]
    more: str
    """Where the next page begins; empty: this is the last."""
    seen: str
    """See `seen`."""


@router.get("/queue")
async def queue(visit: Reviewer) -> Response:
    await settle(visit.desk)
    return visit.page("queue.html", **await _context(visit), **toasts(visit), bulk_failed=[])


@router.get("/queue/rows")
async def rows(visit: IdleReviewer) -> Response:
    """The part of the page that live updates renew."""
    return visit.page("_queue_rows.html", **await _context(visit))


@router.post("/queue/next")
async def take_next(visit: Reviewer) -> Response:
    """To the case due first that this person may decide on, now in their hands; with `after` those before it are passed over."""
    return await next_case(visit, _place(visit.form.one("after")))


async def next_case(visit: Visit, after: Place | None = None) -> Response:
    desk, who, now = visit.desk, visit.principal, visit.now
    # Looked for outside of the transaction that takes it: posts must not wait for a look through the whole queue
    for _ in range(TRIES):
        for number in await desk.store.read(lambda tx: deciding.offered(tx, who, now, after)):
            try:
                await desk.store.write(partial(deciding.take, number=number, who=who, now=now, hold=desk.claim_for))
            except BarredError:
                continue  # somebody else was quicker
            desk.hub.publish("queue")
            return go(f"/cases/{number}")
    return go("/queue?none" if after is None else "/queue?none=more")


@router.get("/cases")
async def find(visit: Reviewer) -> Response:
    """A number typed or pasted."""
    typed = visit.request.query_params.get("number", "").strip().rpartition("/")[2].removeprefix("#")
    return go(f"/cases/{typed}" if typed.isascii() and typed.isdecimal() and len(typed) < 16 else "/queue?unknown")


@router.post("/queue/bulk")
async def bulk(visit: Reviewer) -> Response:
    """One decision, with one reason, for several cases; what may not be decided so stays, and is named."""
    form, desk, who, now = visit.form, visit.desk, visit.principal, visit.now
    approved = form.one("decision") == "written"
    reason = reason_of(visit)
    numbers = list(dict.fromkeys(form.numbers("case")))[:BULK]
    if not numbers or form.one("decision") not in {"written", "rejected"} or not (approved or reason):
        values = await _context(visit) | {"bulk_wrong": "none" if not numbers else "reason"}
        return visit.page("queue.html", 422, **values, **toasts(visit), bulk_failed=[])
    failed: list[tuple[int, str]] = []
    batch = token_hex(8)
    for number in numbers:
        why = await _bulk_bar(visit, number, approved=approved)
        if why is None:
            choice = Choice(approved, Form.WRITTEN, reason)
            try:
                made = await desk.store.write(
                    lambda tx, number=number, choice=choice: deciding.decide(  # type: ignore[misc]
                        tx, desk.keys, number, who, choice, now, desk.undo_for, batch
                    )
                )
                desk.windows.begin(made)
            except BarredError as error:
                why = error.bar.value
            except GuardError:
                why = "unknown"
        if why is not None:
            failed.append((number, why))
    desk.hub.publish("queue")
    if not failed:
        return go("/queue")
    return visit.page("queue.html", **await _context(visit), **toasts(visit), bulk_failed=failed)


async def _bulk_bar(visit: Visit, number: int, *, approved: bool) -> str | None:
    """Why a case is not decided with others: rules ask for people, or would block it today."""
    desk, now = visit.desk, visit.now
    try:
        line, case = desk.store.read_now(lambda tx: deciding.find(tx, number, now))
        if (bar := bar_of(line, case.state, visit.principal)) is not None:
            return bar.value
        if desk.store.read_now(lambda tx: must_say(tx, line, visit.principal)):
            return Bar.NOT_SAID.value
        if several(case.needs):
            return "needs"
        if approved:
            payload = review.open_payload(desk.keys, case)
            inspection = await inspect(desk, payload.post, payload)
            if inspection.decision.action is Action.BLOCK:
                return "block"
    except GuardError:
        return "unknown"
    return None


def several(needs: Sequence[Need]) -> bool:
    """Whether one person's approval cannot be enough."""
    return len(needs) > 1 or any(need.approvals > 1 for need in needs)


def reason_of(visit: Visit) -> str:
    """From the short list, in the reviewer's language, and what they wrote."""
    because, more = visit.form.one("because"), visit.form.one("reason").strip()
    fits = because in (REASONS if visit.form.one("decision") == "rejected" else _PASSING) and because != "other"
    said = visit.words(f"reasons.{because}") if fits else ""
    return ". ".join(part for part in (said, more[:2000]) if part)


def toasts(visit: Visit) -> dict[str, Any]:
    """The person's decisions that can be undone, and those that could not take effect, for `_toasts.html`."""
    desk, who = visit.desk, visit.principal.id
    mine: list[Verdict] = desk.store.read_now(lambda tx: tx.queue.verdicts_of(who))
    groups: dict[str, list[Verdict]] = {}
    for verdict in mine:
        if not verdict.failed:
            groups.setdefault(verdict.batch or str(verdict.case), []).append(verdict)
    undoable = [(group, desk.windows.left(group[0])) for group in list(groups.values())[:4]]
    return {"undoable": undoable, "failed": [verdict for verdict in mine if verdict.failed]}


async def _context(visit: Visit) -> dict[str, Any]:
    asked = visit.request.query_params
    view = asked.get("view", "waiting")
    view = view if view in VIEWS else "waiting"
    changes = visit.desk.hub.queue_changes  # before it is read: what changes meanwhile is told
    found = await visit.desk.store.read(lambda tx: _find(visit, tx, view, _place(asked.get("after", "")), changes))
    return {
        "view": view,
        "views": VIEWS,
        "found": found,
        "titles": titles(visit),
        "said": next((key for key in ("none", "unknown") if key in asked), ""),
        "reasons": REASONS,
        "bulk_wrong": "",
        "query": visit.request.url.query,
    }


def _find(visit: Visit, tx: Transaction, view: str, after: Place | None, changes: int) -> Found:
    now, who = visit.now, visit.principal
    counts = tx.queue.counts(now)
    if view == "decided":
        return Found(counts, [], tx.queue.decided(LINES * 2), "", seen(changes, tx))
    mine = who.id if view == "mine" else None
    cases = tx.queue.waiting(now, LINES + 1, after=after, overdue=view == "overdue", mine=mine)
    more = f"{cases[LINES - 1].due.isoformat()}~{cases[LINES - 1].number}" if len(cases) > LINES else ""
    return Found(counts, [_line(visit, tx, case) for case in cases[:LINES]], [], more, seen(changes, tx))


def seen(changes: int, tx: Transaction) -> str:
    """Changes with the queue: a page that was made of another one is told to renew itself. `changes`: of the hub, taken before."""
    return "-".join(map(str, (changes, *tx.queue.pulse())))


def _line(visit: Visit, tx: Transaction, case: Waiting) -> Line:
    who, now = visit.principal, visit.now
    bar = bar_of(case, CaseState.OPEN, who)
    readable = bar not in MINE and may_read(case, who)
    late = case.due < now
    left = now - case.due if late else case.due - now
    return Line(
        case,
        bar,
        _excerpt(visit, tx, case.number) if readable else "",
        late,
        left,
        bar is None and not several(case.needs),
    )


def _excerpt(visit: Visit, tx: Transaction, number: int) -> str:
    held = tx.case(number)
    try:
        return "" if held is None or held.sealed is None else excerpt(review.open_payload(visit.desk.keys, held))
    except GuardError:
        return ""  # sealed under a key that is gone: the case page says so


def titles(visit: Visit) -> Mapping[str, Mapping[str, str]]:
    """What rules are called, by `policy/rule`."""
    bundle = visit.desk.inspector().bundle
    return {
        f"{policy.id}/{rule.source.id}": dict(rule.source.title) for policy in bundle.policies for rule in policy.rules
    }


def _place(text: str) -> Place | None:
    """A place in the queue as `_find` writes it, or None."""
    due, _, number = text.rpartition("~")
    try:
        moment = datetime.fromisoformat(due)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)), int(number[:15])
    except ValueError:
        return None
