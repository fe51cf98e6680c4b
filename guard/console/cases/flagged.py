"""Published posts with a remark, for a look afterwards: seen, or please take it down."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from guard.console.author.mine import rules_said
from guard.console.links import place_of
from guard.console.page import Visit, go, needs
from guard.errors import ReviewError
from guard.outbox import flagged
from guard.outbox.flagged import Reason
from guard.types.principal import Permission

SHOWN = 50

router = APIRouter(include_in_schema=False)
Reviewer = Annotated[Visit, Depends(needs(Permission.REVIEW))]


@router.get("/flagged")
async def show(visit: Reviewer) -> Response:
    who = visit.principal
    found = await visit.desk.store.read(lambda tx: flagged.waiting(tx, who, SHOWN))
    lines = [
        (each, rules_said(visit, each.rules), place_of(each.network, each.home, each.upstream_id)) for each in found
    ]
    asked = visit.request.query_params
    said = next((key for key in ("seen", "asked", "late") if key in asked), "")
    return visit.page("flagged.html", lines=lines, reasons=list(Reason), said=said)


@router.post("/flagged/{event}")
async def look(event: str, visit: Reviewer) -> Response:
    desk, who, now = visit.desk, visit.principal, visit.now
    word = visit.form.one("reason")
    reason = Reason(word) if word in list(Reason) else None
    if reason is None and visit.form.one("verdict") != "seen":
        return go("/flagged")
    try:
        await desk.store.write(lambda tx: flagged.looked(tx, desk.log, event, who, now, reason))
    except ReviewError:
        return go("/flagged?late")
    return go("/flagged?asked" if reason else "/flagged?seen")
