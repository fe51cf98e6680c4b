"""The queue: held posts that wait for a person, the one due first on top. Filters do not reorder it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from secrets import token_hex
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.responses import Response

from guard.console import titles as called
from guard.console.cases.queue_filters import LANGUAGES, NAMES, OUTCOMES, Wanted, address, wanted_of
from guard.console.cases.queue_lines import has_read, place, several
from guard.console.cases.queue_search import found_here, place_at, renewal, sealed_words, wanted_here, zone_of
from guard.console.effects import inspect, settle
from guard.console.page import Visit, go, needs
from guard.console.shares import share_of
from guard.errors import GuardError
from guard.outbox import deciding, review
from guard.outbox.deciding import Bar, BarredError, Choice, bar_of, must_say
from guard.store.queue import Place
from guard.types.decision import Action
from guard.types.held import Form
from guard.types.principal import Permission
from guard.types.queue import Verdict

BULK = 200
NETWORKS = ("bluesky", "mastodon", "x")
TRIES = 3
"""Looks for a case that nobody takes meanwhile."""
VIEWS = ("waiting", "able", "overdue", "mine", "decided")
"""`able`: what the person may decide on now."""
_FORMS = {"written": Form.WRITTEN, "redacted": Form.REDACTED}
"""In which several cases are approved together."""
REASONS = ("rule", "names", "personal", "confidential", "tone", "false-positive", "already-public", "agreed", "other")
"""The short list; its texts are `reasons.<name>`. What a reviewer writes follows it."""
PASSING = ("false-positive", "already-public", "agreed")
"""Those that tell why something may go out; a form may send the first of the list even where nobody chose it."""

titles = called.titles

router = APIRouter(include_in_schema=False)
Reviewer = Annotated[Visit, Depends(needs(Permission.REVIEW))]
IdleReviewer = Annotated[Visit, Depends(needs(Permission.REVIEW, idle=True))]
"""What a reviewer's page asks for by itself."""


@router.get("/queue")
async def queue(visit: Reviewer) -> Response:
    asked = visit.request.query_params
    if any(name in NAMES and not value.strip() for name, value in asked.multi_items()):
        return go(address(asked.get("view", VIEWS[0]), wanted_here(visit).given))
    await settle(visit.desk)
    return visit.page("queue.html", **await _context(visit), **toasts(visit), bulk_failed={})


@router.get("/queue/rows")
async def rows(visit: IdleReviewer) -> Response:
    """The part of the page that live updates renew. Of what was found by words, those lines alone: nothing is searched anew."""
    return visit.page("_queue_rows.html", **await _context(visit, renewed=True))


@router.post("/queue/search")
async def search(visit: Reviewer) -> Response:
    """To the page of what is looked for; words leave the form sealed."""
    form = visit.form
    given = wanted_of({name: form.one(name) for name in NAMES}, zone_of(visit)).given
    return go(address(form.one("view", VIEWS[0]), {**given, **sealed_words(visit, form.one("text"))}))


@router.post("/queue/next")
async def take_next(visit: Reviewer) -> Response:
    """To the case due first that this person may decide on, now in their hands; with `after` those before it are passed over."""
    return await next_case(visit, place_at(visit.form.one("after")))


async def next_case(visit: Visit, after: Place | None = None) -> Response:
    desk, who, now = visit.desk, visit.principal, visit.now
    # Looked for outside of the transaction that takes it: posts must not wait for a look through the whole queue
    for _ in range(TRIES):
        for number in await desk.store.read(lambda tx: deciding.to_decide(tx, who, now, after)):
            try:
                await desk.store.write(partial(deciding.take, number=number, who=who, now=now, hold=desk.claim_for))
            except BarredError:
                continue  # somebody else was quicker
            desk.hub.publish("queue")
            return go(f"/cases/{number}")
    return go("/queue?none" if after is None else "/queue?" + urlencode({"none": place(after)}))


@router.get("/cases")
async def find(visit: Reviewer) -> Response:
    """A number, in an address that somebody keeps; words are looked for by the form alone."""
    return go(_case_at(visit.request.query_params.get("number", "")) or "/queue?unknown")


@router.post("/cases")
async def find_typed(visit: Reviewer) -> Response:
    """A number typed or pasted, or words to look for."""
    typed = visit.form.one("number")
    if (case := _case_at(typed)) or not typed.strip():
        return go(case or "/queue?unknown")
    return go(address(VIEWS[0], sealed_words(visit, typed)))


def _case_at(typed: str) -> str:
    """Where the case of that number is; empty where it is none."""
    number = typed.strip().rpartition("/")[2].removeprefix("#")
    if not (number.isascii() and number.isdecimal()):
        return ""
    return f"/cases/{number}" if len(number) < 16 else "/queue?unknown"


@router.post("/queue/bulk")
async def bulk(visit: Reviewer) -> Response:
    """One decision, with one reason, for several cases; what may not be decided so stays, and is named."""
    form, desk, who, now = visit.form, visit.desk, visit.principal, visit.now
    approved = form.one("decision") in _FORMS
    reason = reason_of(visit)
    numbers = list(dict.fromkeys(form.numbers("case")))[:BULK]
    wrong = "none" if not numbers else "reason" if not (approved or reason) else ""
    if approved and form.one("because") in set(REASONS) - {*PASSING, "other"}:
        wrong = wrong or "unfit"  # a reason to stop it was chosen, and the other button pressed
    if wrong or not (approved or form.one("decision") == "rejected"):
        values = await _context(visit) | {"bulk_wrong": wrong or "reason"}
        return visit.page("queue.html", 422, **values, **toasts(visit), bulk_failed={})
    failed: dict[str, list[int]] = {}
    batch = token_hex(8)
    for number in numbers:
        as_what = _FORMS.get(form.one("decision"))
        why = await _bulk_bar(visit, number, as_what)
        if why is None:
            choice = Choice(approved, as_what or Form.WRITTEN, reason)
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
            failed.setdefault(why, []).append(number)
    desk.hub.publish("queue")
    if not failed:
        asked = visit.request.query_params
        return go(address(asked.get("view", VIEWS[0]), wanted_here(visit).given))
    return visit.page("queue.html", **await _context(visit), **toasts(visit), bulk_failed=failed)


async def _bulk_bar(visit: Visit, number: int, as_what: Form | None) -> str | None:
    """Why a case is not decided with others: rules ask for people, nobody read what is to pass, or rules would block it today."""
    desk, now = visit.desk, visit.now
    try:
        line, case = desk.store.read_now(lambda tx: deciding.find(tx, number, now))
        if (bar := bar_of(line, case.state, visit.principal)) is not None:
            return bar.value
        if desk.store.read_now(lambda tx: must_say(tx, line, visit.principal)):
            return Bar.NOT_SAID.value
        if several(case.needs):
            return "needs"
        if as_what and not desk.store.read_now(lambda tx: has_read(visit, tx, number)):
            return "unread"
        if as_what:
            payload = review.open_payload(desk.keys, case)
            if as_what is Form.REDACTED and not payload.edits:
                return "no-safe"
            inspection = await inspect(desk, payload.post, payload)
            if inspection.decision.action is Action.BLOCK:
                return "block"
    except GuardError:
        return "unknown"
    return None


def reason_of(visit: Visit) -> str:
    """From the short list, in the reviewer's language, and what they wrote."""
    because, more = visit.form.one("because"), visit.form.one("reason").strip()
    fits = because in (REASONS if visit.form.one("decision") == "rejected" else PASSING) and because != "other"
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
    firsts = [group[0] for group, _ in undoable if len(group) == 1]
    shares = desk.store.read_now(lambda tx: {each.case: share_of(tx, desk.keys, each) for each in firsts})
    return {"undoable": undoable, "shares": shares, "failed": [verdict for verdict in mine if verdict.failed]}


async def _context(visit: Visit, *, renewed: bool = False) -> dict[str, Any]:
    asked = visit.request.query_params
    view = asked.get("view", VIEWS[0])
    view = view if view in VIEWS else VIEWS[0]
    wanted = wanted_here(visit)
    found = await found_here(visit, view, wanted, renewed=renewed)
    return {
        "view": view,
        "views": VIEWS,
        "wanted": wanted,
        "choices": await _choices(visit, wanted),
        "address": address,
        "found": found,
        "titles": titles(visit),
        "said": "ended" if wanted.ended else await _said(visit),
        "stopping": [each for each in REASONS if each not in {*PASSING, "other"}],
        "passing": PASSING,
        "bulk_wrong": "",
        "rows": renewal(visit, wanted, found),
    }


async def _choices(visit: Visit, wanted: Wanted) -> dict[str, Sequence[str]]:
    """What can be chosen, and what was chosen already."""
    known = await visit.desk.store.read(lambda tx: tx.catalogue.words("decision"))
    networks = {name for name in known if name} | set(NETWORKS) | {wanted.given.get("network", "")}
    rules = {*titles(visit), wanted.rule}
    return {
        "rule": sorted(rules - {""}, key=lambda name: visit.words.either(titles(visit).get(name, {}), name).casefold()),
        "network": sorted(networks - {""}),
        "language": LANGUAGES,
        "outcome": OUTCOMES,
    }


async def _said(visit: Visit) -> str:
    """The answer to what was pressed or typed, for as long as it is true: the page's address keeps it."""
    asked, who, now = visit.request.query_params, visit.principal, visit.now
    if "none" not in asked:
        return "unknown" if "unknown" in asked else ""
    skipped = place_at(asked["none"])
    free = await visit.desk.store.read(lambda tx: deciding.to_decide(tx, who, now, skipped))
    return "" if free else "none"
