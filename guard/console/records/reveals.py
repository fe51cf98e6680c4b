"""Seeing who or what is behind an entry takes two people: one asks with a reason, another agrees, and it shows for a while.

Auditors and DPOs ask, a DPO agrees. A request's reason may quote a post: only who asked and those who may agree read it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guard.console.page import Visit, go, needs
from guard.console.records.entries import entries_at
from guard.console.records.filters import NAMES, filters_of
from guard.errors import MotionError, ReviewError
from guard.outbox import motions
from guard.outbox.payload import CasePayload
from guard.outbox.review import show
from guard.store.base import Transaction
from guard.types.motion import Motion
from guard.types.post import Author
from guard.types.principal import Permission

router = APIRouter(include_in_schema=False)
Asker = Annotated[Visit, Depends(needs(Permission.ASK))]
Revealer = Annotated[Visit, Depends(needs(Permission.REVEAL))]
SHOWN = 100
LONGEST_ACCOUNT = 200
EXPORT = "export"
"""Asked for like what is hidden: no name and no text is in it, but all at once."""
ENDINGS = {"jsonl": "jsonl", "csv": "csv", "tiles": "tar"}
"""Of an export's file, by its form."""
FEW = 20
"""Accounts that one name may stand for."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a reveal shows."""

    authors: tuple[tuple[str, Author | None], ...] = ()
    """Pseudonym, and who that is as far as is known."""
    payload: CasePayload | None = None
    case: int | None = None


@router.get("/audit/reveals")
async def listing(visit: Asker) -> Response:
    return await _listing(visit, wrong="over" if "over" in visit.request.query_params else "")


@router.post("/audit/reveals")
async def ask(visit: Asker) -> Response:
    """Ask, from an entry or for an account."""
    form, desk, who = visit.form, visit.desk, visit.principal
    what, reason = form.one("what"), form.one("reason")

    def work(tx: Transaction) -> Motion:
        subject = _export(tx, visit) if what == EXPORT else _subject(tx, what, form.one("entry"), form.one("account"))
        return motions.ask(tx, desk.log, who, motions.REVEAL, subject, reason, visit.now)

    try:
        await desk.store.write(work)
    except MotionError:
        return await _listing(visit, 422, wrong="asking", reason=reason, account=form.one("account"))
    desk.hub.publish("reveals")
    return go("/audit/reveals")


@router.post("/audit/reveals/{number:int}/answer")
async def answer(visit: Revealer, number: int) -> Response:
    """Agree or refuse; never one's own."""
    form, desk, who = visit.form, visit.desk, visit.principal
    if form.one("answer") not in {"agree", "refuse"}:
        raise HTTPException(404)
    agreed = form.one("answer") == "agree"
    words = form.one("words")
    try:
        await desk.store.write(
            lambda tx: motions.answer(tx, desk.log, who, motions.REVEAL, number, visit.now, agreed=agreed, words=words)
        )
    except MotionError:
        return await _listing(visit, 409, wrong="answering")
    desk.hub.publish("reveals")
    return go("/audit/reveals")


@router.post("/audit/reveals/{number:int}/withdraw")
async def withdraw(visit: Asker, number: int) -> Response:
    desk, who = visit.desk, visit.principal
    try:
        await desk.store.write(lambda tx: motions.withdraw(tx, desk.log, who, motions.REVEAL, number, visit.now))
    except MotionError:
        return await _listing(visit, 409, wrong="answering")
    return go("/audit/reveals")


@router.post("/audit/reveals/{number:int}/open")
async def first_look(visit: Asker, number: int) -> Response:
    """From now on it shows, for a while, to whoever asked alone."""
    desk, who = visit.desk, visit.principal

    def work(tx: Transaction) -> None:
        motion = motions.find(tx, motions.REVEAL, number)
        if motion.subject["what"] == EXPORT:
            raise MotionError(f"request {number} is downloaded, not shown")
        authors = _authors_of(tx, motion)
        if authors and motion.asked.id == who.id:
            tx.motions.put(_with_authors(motion, authors))
        motions.use(tx, desk.log, who, number, visit.now)

    try:
        await desk.store.write(work)
    except MotionError:
        return await _listing(visit, 409, wrong="over")
    return go(f"/audit/reveals/{number}")


@router.get("/audit/reveals/{number:int}")
async def shown(visit: Asker, number: int) -> Response:
    """What was agreed to be shown, while it lasts; to anybody else it is not there."""

    def work(tx: Transaction) -> tuple[Motion, Shown | None]:
        motion = motions.find(tx, motions.REVEAL, number)
        if motion.asked.id != visit.principal.id:
            raise HTTPException(404)
        lasts = motions.state_of(motion, visit.now) == "done" and motion.subject["what"] != EXPORT
        return motion, _shown(tx, visit, motion) if lasts else None

    try:
        motion, found = await visit.desk.store.read(work)
    except MotionError:
        raise HTTPException(404) from None
    if found is None:
        return go("/audit/reveals")
    return visit.page("reveal.html", motion=motion, found=found)


def _export(tx: Transaction, visit: Visit) -> dict[str, object]:
    """What an export is to hold: what the search finds now, so that nothing comes into it that nobody agreed to."""
    form = visit.form.one("form")
    filters = filters_of([pair for pair in visit.form.pairs if pair[0] in NAMES])
    barred = filters.author and filters.author not in motions.allowed_authors(tx, visit.principal, visit.now)
    if form not in ENDINGS or filters.wrong or barred:
        raise MotionError("there is no such export")
    search = {} if form == "tiles" else dict(filters.given)
    return {"what": EXPORT, "form": form, "search": search, "size": tx.frontier.size}


def _subject(tx: Transaction, what: str, entry: str, account: str) -> dict[str, object]:
    """What is asked for. MotionError when the entry has nothing of the kind."""
    if what == "account":
        # Whether there is such an account is not told before somebody agreed
        if not account.strip():
            raise MotionError("an account is needed")
        return {"what": what, "account": account.strip()[:LONGEST_ACCOUNT]}
    index = int(entry) if entry.isascii() and entry.isdecimal() and len(entry) < 16 else -1
    if not 0 <= index < tx.frontier.size:
        raise MotionError("there is no such entry")
    found = entries_at(tx, [index])[0]
    if what == "author" and found.author:
        return {"what": what, "entry": index, "author": found.author}
    if what == "text" and found.case is not None:
        return {"what": what, "entry": index, "case": found.case}
    raise MotionError("the entry has nothing of the kind")


def _authors_of(tx: Transaction, motion: Motion) -> list[str]:
    subject = motion.subject
    if subject["what"] == "author":
        return [str(subject["author"])]
    return tx.find_authors(str(subject["account"]))[:FEW] if subject["what"] == "account" else []


def _with_authors(motion: Motion, authors: list[str]) -> Motion:
    return replace(motion, subject={**motion.subject, "authors": authors})


def _shown(tx: Transaction, visit: Visit, motion: Motion) -> Shown:
    if motion.subject["what"] != "text":
        listed = motion.subject.get("authors", [])
        names = [str(name) for name in listed] if isinstance(listed, list) else []
        return Shown(tuple((name, tx.author(name)) for name in names))
    number = int(str(motion.subject["case"]))
    try:
        _, payload = show(tx, visit.desk.keys, number)
    except ReviewError:
        payload = None
    return Shown(payload=payload, case=number)


def _link_of(motion: Motion) -> str:
    """Where what an export is to hold can be looked at."""
    search, size = motion.subject["search"], motion.subject["size"]
    return filters_of([*search.items()]).link(before=size) if isinstance(search, dict) and isinstance(size, int) else ""


def _answerable(visit: Visit, motion: Motion) -> bool:
    """Whether it waits for this person's answer."""
    waits = motions.state_of(motion, visit.now) == "asked"
    return waits and visit.may(Permission.REVEAL) and not motions.same_person(motion.asked, visit.principal)


def awaited(tx: Transaction, visit: Visit) -> int:
    """How many requests wait for this person's answer."""
    return sum(_answerable(visit, motion) for motion in tx.motions.newest(motions.REVEAL, SHOWN))


async def _listing(visit: Visit, status: int = 200, **typed: str) -> Response:
    found = await visit.desk.store.read(lambda tx: tx.motions.newest(motions.REVEAL, SHOWN))
    mine = {motion.number for motion in found if motion.asked.id == visit.principal.id}
    seen = [motion for motion in found if visit.may(Permission.REVEAL) or motion.number in mine]
    told = [(motion, motions.state_of(motion, visit.now)) for motion in seen]
    answerable = {motion.number for motion in seen if _answerable(visit, motion)}
    values = {"wrong": "", "reason": "", "account": "", "link_of": _link_of} | typed
    return visit.page("reveals.html", status, motions=told, mine=mine, answerable=answerable, **values)
