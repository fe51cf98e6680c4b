"""Deciding on a case: approve in one of its forms, edit, reject; undo while it has not taken effect."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from guard.console.cases.queue import Reviewer, next_case, reason_of
from guard.console.cases.showing import (
    DECISIONS,
    FIELD,
    Number,
    Opened,
    case_page,
    edit_values,
    goes_inside,
    open_case,
    tell,
    typed_paths,
)
from guard.console.effects import inspect, settle
from guard.console.page import NotAllowedError, Visit, go
from guard.outbox import deciding, review
from guard.outbox.deciding import BarredError, Choice
from guard.outbox.payload import CasePayload
from guard.store.base import Transaction
from guard.types.held import Form
from guard.types.inspection import Inspection
from guard.types.queue import Verdict

router = APIRouter(include_in_schema=False)


@router.post("/cases/{number}/preview")
async def preview(number: Number, visit: Reviewer) -> Response:
    """What the gate would say of an edit, while it is typed."""
    opened = await open_case(visit, number)
    if opened.payload is None:
        raise NotAllowedError
    inspection = await inspect(
        visit.desk, review.post_with(opened.payload.post, _texts(visit, opened.payload)), opened.payload
    )
    return visit.page("_case_edit.html", **edit_values(visit, inspection))


@router.post("/cases/{number}/decide")
async def decide(number: Number, visit: Reviewer) -> Response:
    """Keep the decision, then on to the next case."""
    opened = await open_case(visit, number)
    desk, who, form, now = visit.desk, visit.principal, visit.form, visit.now
    decision, not_mine = form.one("decision"), form.one("not_mine") == "yes"
    reason = reason_of(visit)
    wrong, inspection, texts = await _wrong(visit, opened, decision, reason)
    if not wrong and not not_mine and desk.store.read_now(lambda tx: deciding.must_say(tx, opened.line, who)):
        wrong = "not-said"
    if wrong:
        return await case_page(visit, opened, status=422, wrong=wrong, edited=inspection)
    choice = Choice(decision != "rejected", Form.WRITTEN if decision == "rejected" else Form(decision), reason, texts)

    def work(tx: Transaction) -> Verdict:
        if not_mine:
            deciding.say_not_mine(tx, desk.log, number, who, now)
        return deciding.decide(tx, desk.keys, number, who, choice, now, desk.undo_for)

    try:
        desk.windows.begin(await desk.store.write(work))
    except BarredError as error:
        again = await open_case(visit, number)
        return await case_page(visit, again, status=409, wrong=f"bar-{error.bar.value}", edited=inspection)
    tell(visit, number)
    return await next_case(visit) if form.one("then") != "stay" else go(f"/cases/{number}")


async def _wrong(
    visit: Visit, opened: Opened, decision: str, reason: str
) -> tuple[str, Inspection | None, dict[str, str]]:
    """Why what was sent is no decision; of an edit, what the gate says of it, and its texts."""
    payload = opened.payload
    if decision not in DECISIONS:
        return "decision", None, {}
    if decision == "rejected" and not reason:
        return "reason", None, {}
    if decision == "redacted" and payload is not None and not payload.edits:
        return "no-safe", None, {}
    if decision == "internal" and payload is not None and not goes_inside(visit, payload):
        return "inside", None, {}
    if decision == "edited" and payload is not None:
        texts = _texts(visit, payload)
        return *await _check_edit(visit, payload, texts), texts
    return "", None, {}


@router.post("/cases/{number}/undo")
async def undo(number: Number, visit: Reviewer) -> Response:
    """Take it back, while it has not taken effect."""
    desk, who, now = visit.desk, visit.principal, visit.now
    await settle(desk)
    taken_back = await desk.store.write(lambda tx: deciding.undo(tx, number, who, now, desk.claim_for))
    for each in taken_back:
        tell(visit, each)
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


def _texts(visit: Visit, payload: CasePayload) -> dict[str, str]:
    """The texts of an edit that differ from what was written, at paths that the post has."""
    known = {segment.path: segment.text for segment in payload.post.segments if segment.redactable}
    typed = {path: visit.form.one(FIELD + path) for path in typed_paths(visit)}
    return {path: text for path, text in typed.items() if path in known and text != known[path]}


async def _check_edit(visit: Visit, payload: CasePayload, texts: dict[str, str]) -> tuple[str, Inspection | None]:
    """What is wrong with an edit, before it is kept: the gate itself must let it pass."""
    if not texts:
        return "edit-same", None
    if not all(text.strip() for text in texts.values()):
        return "edit-empty", None
    inspection = await inspect(visit.desk, review.post_with(payload.post, texts), payload)
    stopped = inspection.decision.action.stops or bool(inspection.failures)
    return ("edit-stopped" if stopped else ""), inspection
