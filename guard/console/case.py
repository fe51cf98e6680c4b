"""One case: what was written beside what would be published, why it waits, who looks, what was done, and the decision."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response, StreamingResponse

from guard.console.effects import inspect, settle
from guard.console.page import NotAllowedError, Visit, go
from guard.console.queue import REASONS, IdleReviewer, Reviewer, next_case, reason_of, titles, toasts
from guard.console.sides import acting_matches, published, reasons, written
from guard.errors import StoreError
from guard.outbox import deciding, review
from guard.outbox.deciding import Bar, BarredError, Choice, bar_of, may_read
from guard.outbox.payload import CasePayload, edited_post
from guard.store.base import Transaction
from guard.types.decision import Action
from guard.types.held import CaseState, Form, HeldPost
from guard.types.inspection import Inspection
from guard.types.principal import Permission, Principal
from guard.types.queue import Assignment, Decided, Verdict, Waiting

SIMILAR = 5
DECISIONS = ("written", "redacted", "edited", "rejected")
FIELD = "text:"
"""An edited text's field is named so, and its path."""

router = APIRouter(include_in_schema=False)
Number = Annotated[int, Path(ge=1, lt=2**53)]
"""A case number, or what is typed in its place: no larger than stores and browsers count."""


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the timeline: an entry of the audit log."""

    kind: str
    time: datetime
    who: str
    data: dict[str, Any]
    index: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as this person may see it."""

    line: Waiting
    case: HeldPost
    payload: CasePayload | None
    """None: erased, unreadable, or not for these eyes."""
    bar: Bar | None
    verdict: Verdict | None
    events: list[Event]
    similar: list[Decided]
    readable: bool


@router.get("/cases/{number}")
async def show(number: Number, visit: Reviewer) -> Response:
    await settle(visit.desk)
    opened = await _open(visit, number)
    return await _page(visit, opened)


@router.get("/cases/{number}/status")
async def status(number: Number, visit: IdleReviewer) -> Response:
    """Who has it and who looks: the part that live updates renew. Holds no text of the post."""
    opened = await _open(visit, number)
    return visit.page("_case_status.html", **_status(visit, opened))


@router.get("/cases/{number}/live")
async def live(number: Number, visit: IdleReviewer) -> Response:
    """Live updates of one case; whoever listens is seen to look."""
    desk, who = visit.desk, visit.principal

    async def here() -> bool:
        desk.hub.look(number, who.id, who.name, desk.now())
        return await visit.lasts()

    return StreamingResponse(desk.hub.events(here), media_type="text/event-stream")


@router.post("/cases/{number}/claim")
async def claim(number: Number, visit: Reviewer) -> Response:
    """Take it, or hold it longer."""
    desk, who, now = visit.desk, visit.principal, visit.now
    try:
        await desk.store.write(lambda tx: deciding.take(tx, number, who, now, desk.claim_for))
    except BarredError:
        pass  # the page says why
    _changed(visit, number)
    return await status(number, visit) if visit.live else go(f"/cases/{number}")


@router.post("/cases/{number}/release")
async def release(number: Number, visit: Reviewer) -> Response:
    await visit.desk.store.write(lambda tx: tx.queue.release(number, visit.principal.id))
    _changed(visit, number)
    return go("/queue")


@router.post("/cases/{number}/skip")
async def skip(number: Number, visit: Reviewer) -> Response:
    """Give it back and take the one after it."""
    now = visit.now
    await visit.desk.store.write(lambda tx: tx.queue.release(number, visit.principal.id))
    line = visit.desk.store.read_now(lambda tx: tx.queue.line(number, now))
    _changed(visit, number)
    return await next_case(visit, None if line is None else (line.due, line.number))


@router.post("/cases/{number}/assign")
async def assign(number: Number, visit: Reviewer) -> Response:
    """To a colleague, whom it then waits for; to nobody in particular with an empty name."""
    who = visit.form.one("assignee")
    people = {person.id: person for person in await visit.desk.sessions.colleagues()}
    now = visit.now
    opened = visit.desk.store.read_now(lambda tx: deciding.find(tx, number, now))
    if opened[0].verdict_by is None and (not who or (who in people and _could_decide(opened[0], people[who]))):

        def work(tx: Transaction) -> None:
            tx.queue.unassign(number)
            if who:
                tx.queue.assign(Assignment(number, who, people[who].name, visit.principal.name))
                if who != visit.principal.id:
                    tx.queue.release(number, visit.principal.id)

        await visit.desk.store.write(work)
        _changed(visit, number)
    return go(f"/cases/{number}")


@router.post("/cases/{number}/preview")
async def preview(number: Number, visit: Reviewer) -> Response:
    """What the gate would say of an edit, while it is typed."""
    opened = await _open(visit, number)
    if opened.payload is None:
        raise NotAllowedError
    inspection = await inspect(visit.desk, review.post_with(opened.payload.post, _texts(visit, opened.payload)))
    return visit.page("_case_edit.html", **_edit(visit, inspection))


@router.post("/cases/{number}/decide")
async def decide(number: Number, visit: Reviewer) -> Response:
    """Keep the decision, then on to the next case."""
    opened = await _open(visit, number)
    desk, who, form, payload = visit.desk, visit.principal, visit.form, opened.payload
    decision = form.one("decision")
    reason = reason_of(visit)
    wrong, inspection = "", None
    texts: dict[str, str] = {}
    if decision not in DECISIONS:
        wrong = "decision"
    elif decision == "rejected" and not reason:
        wrong = "reason"
    elif decision == "redacted" and payload is not None and not payload.edits:
        wrong = "no-safe"
    elif decision == "edited" and payload is not None:
        texts = _texts(visit, payload)
        wrong, inspection = await _check_edit(visit, payload, texts)
    if wrong:
        return await _page(visit, opened, status=422, wrong=wrong, edited=inspection)
    choice = Choice(decision != "rejected", Form.WRITTEN if decision == "rejected" else Form(decision), reason, texts)
    now = visit.now
    try:
        await desk.store.write(lambda tx: deciding.decide(tx, desk.keys, number, who, choice, now, desk.undo_for))
    except BarredError as error:
        again = await _open(visit, number)
        return await _page(visit, again, status=409, wrong=f"bar-{error.bar.value}", edited=inspection)
    _changed(visit, number)
    return await next_case(visit) if form.one("then") != "stay" else go(f"/cases/{number}")


@router.post("/cases/{number}/undo")
async def undo(number: Number, visit: Reviewer) -> Response:
    """Take it back, while it has not taken effect."""
    desk, who, now = visit.desk, visit.principal, visit.now
    await settle(desk)
    taken_back = await desk.store.write(lambda tx: deciding.undo(tx, number, who, now, desk.claim_for))
    for each in taken_back:
        _changed(visit, each)
    return go("/queue?view=mine" if len(taken_back) > 1 else f"/cases/{number}{'' if taken_back else '?late'}")


@router.post("/cases/{number}/dismiss")
async def dismiss(number: Number, visit: Reviewer) -> Response:
    """Seen: that decision could not take effect."""

    def work(tx: Transaction) -> None:
        verdict = tx.queue.verdict(number)
        if verdict is not None and verdict.failed and verdict.reviewer == visit.principal.id:
            tx.queue.drop_verdict(number)

    await visit.desk.store.write(work)
    return go(f"/cases/{number}")


def _could_decide(line: Waiting, person: Principal) -> bool:
    """Whether it makes sense to give it to them."""
    free = replace(line, claim=None, verdict_by=None)
    return person.may(Permission.REVIEW) and bar_of(free, CaseState.OPEN, person) is None


def _changed(visit: Visit, number: int) -> None:
    visit.desk.hub.publish("queue")
    visit.desk.hub.publish(f"case-{number}")


async def _open(visit: Visit, number: int) -> Opened:
    """The case, with its text only for those who may read it. UnknownCaseError when there is none."""
    who, now = visit.principal, visit.now

    def work(tx: Transaction) -> Opened:
        line, case = deciding.find(tx, number, now)
        bar = bar_of(line, case.state, who)
        readable = may_read(line, who) and bar is not Bar.OWN
        verdict = tx.queue.verdict(number)
        payload = None
        if readable and case.sealed is not None:
            payload = review.open_payload(visit.desk.keys, case)
        similar = tx.queue.similar(case.matches, number, SIMILAR) if case.matches else []
        return Opened(line, case, payload, bar, verdict, _timeline(tx, case), similar, readable)

    return await visit.desk.store.read(work)


def _timeline(tx: Transaction, case: HeldPost) -> list[Event]:
    """The entries of the case, oldest first."""
    events = []
    for event in dict.fromkeys((case.event, *tx.queue.noted(case.number))):
        index = tx.leaf_index(event)
        if index is None:
            continue
        entry = json.loads(next(iter(tx.leaves(index, index + 1))))
        author = tx.author(str(entry["data"].get("author", "")))
        who = author.account if author is not None and author.network == review.REVIEWER else ""
        events.append(Event(entry["kind"], datetime.fromisoformat(entry["time"]), who, entry["data"], index))
    return events


async def _page(
    visit: Visit, opened: Opened, status: int = 200, wrong: str = "", edited: Inspection | None = None
) -> Response:
    """The page; that somebody reads the text is recorded before it is shown."""
    desk, who, now, case, payload = visit.desk, visit.principal, visit.now, opened.case, opened.payload
    values = _status(visit, opened) | toasts(visit)
    values |= {"wrong": wrong, "form": visit.form, "decisions": DECISIONS, "reason_list": REASONS, "field": FIELD}
    values |= {"events": opened.events, "similar": opened.similar, "titles": titles(visit)}
    if payload is not None:
        try:
            await desk.store.write(lambda tx: deciding.record_view(tx, desk.log, case, who, now))
        except StoreError as error:
            raise StoreError("nobody may read a held post while it cannot be recorded", hint=error.hint) from error
        inspection = await inspect(desk, payload.post)
        values |= _text_values(visit, opened, payload, inspection)
    if edited is not None:
        values |= _edit(visit, edited)
    people = await desk.sessions.colleagues()
    values["colleagues"] = [person for person in people if _could_decide(opened.line, person)]
    return visit.page("case.html", status, **(_NO_TEXT | values))


_NO_TEXT: dict[str, Any] = {
    "post": None, "left": [], "right": [], "reasons": [], "told": "", "editable": [], "stops": [], "edit_marked": [],
    "edit_checked": False, "edit_redacted": False, "attachments": (), "safe": False, "changed_policies": False,
}  # fmt: skip


def _text_values(visit: Visit, opened: Opened, payload: CasePayload, inspection: Inspection) -> dict[str, Any]:
    post = payload.post
    matches = acting_matches(inspection)
    typed = {path: visit.form.one(FIELD + path) for path in _paths(visit)}
    safe = {segment.path: segment.text for segment in edited_post(post, payload.edits).segments}
    editable = [
        (segment, typed.get(segment.path, safe.get(segment.path, segment.text)))
        for segment in post.segments
        if segment.redactable and segment.role not in {"joined", "key"}
    ]
    return {
        "post": post,
        "left": written(post, matches, payload.findings),
        "right": published(post, payload.edits) if payload.edits else [],
        "safe": bool(payload.edits),
        "reasons": reasons(inspection, opened.case.matches, titles(visit)),
        "told": visit.words.either(payload.messages),
        "editable": editable,
        "attachments": post.attachments,
        "changed_policies": opened.case.policy_digest != inspection.decision.policy_digest,
        "form_given": payload.form,
    }


def _status(visit: Visit, opened: Opened) -> dict[str, Any]:
    """Who has it in hand, who looks, by when."""
    now, line = visit.now, opened.line
    visit.desk.hub.look(line.number, visit.principal.id, visit.principal.name, now)
    claim = line.claim
    return {
        "case": opened.case,
        "line": line,
        "bar": opened.bar,
        "verdict": opened.verdict,
        "readable": opened.readable,
        "mine": claim is not None and claim.holder == visit.principal.id,
        "claim": claim,
        "lookers": visit.desk.hub.lookers(line.number, now, visit.principal.id),
        "late": line.due < now,
        "left_time": abs(line.due - now),
        "wanted": review.wanted(line.needs),
        "needed": max((need.approvals for need in line.needs), default=1),
        "form_given": "",
    }


def _paths(visit: Visit) -> list[str]:
    return [name.removeprefix(FIELD) for name, _ in visit.form.pairs if name.startswith(FIELD)]


def _texts(visit: Visit, payload: CasePayload) -> dict[str, str]:
    """The texts of an edit that differ from what was written, at paths that the post has."""
    known = {segment.path: segment.text for segment in payload.post.segments if segment.redactable}
    typed = {path: visit.form.one(FIELD + path) for path in _paths(visit)}
    return {path: text for path, text in typed.items() if path in known and text != known[path]}


async def _check_edit(visit: Visit, payload: CasePayload, texts: dict[str, str]) -> tuple[str, Inspection | None]:
    """What is wrong with an edit, before it is kept: the gate itself must let it pass."""
    if not texts:
        return "edit-same", None
    if not all(text.strip() for text in texts.values()):
        return "edit-empty", None
    inspection = await inspect(visit.desk, review.post_with(payload.post, texts))
    stopped = inspection.decision.action.stops or bool(inspection.failures)
    return ("edit-stopped" if stopped else ""), inspection


def _edit(visit: Visit, inspection: Inspection) -> dict[str, Any]:
    """What the gate says of an edit: its marks, and the rules that would stop it."""
    matches = acting_matches(inspection)
    return {
        "edit_checked": True,
        "edit_marked": written(inspection.post, matches, ()),
        "edit_redacted": inspection.decision.action is Action.REDACT,
        "stops": [(match, visit.words.either(match.title, match.id)) for match in matches if match.action.stops],
        "edit_stopped": inspection.decision.action.stops or bool(inspection.failures),
    }
