"""The case page: as written beside what would be published, why it waits, who looks; taken, given back, given on."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from guard.console.cases.queue import IdleReviewer, Reviewer, next_case
from guard.console.cases.showing import Number, case_page, could_decide, open_case, status_values, tell
from guard.console.effects import settle
from guard.console.page import go
from guard.outbox import deciding
from guard.outbox.deciding import BarredError
from guard.store.base import Transaction
from guard.types.queue import Assignment

router = APIRouter(include_in_schema=False)


@router.get("/cases/{number}")
async def show(number: Number, visit: Reviewer) -> Response:
    await settle(visit.desk)
    opened = await open_case(visit, number)
    return await case_page(visit, opened)


@router.get("/cases/{number}/status")
async def status(number: Number, visit: IdleReviewer) -> Response:
    """Who has it and who looks: the part that live updates renew. Holds no text of the post."""
    opened = await open_case(visit, number)
    return visit.page("_case_status.html", **status_values(visit, opened))


@router.get("/cases/{number}/live")
async def live(number: Number, visit: IdleReviewer) -> Response:
    """Live updates of one case; whoever listens is seen to look."""
    desk, who = visit.desk, visit.principal

    async def here() -> bool:
        desk.hub.look(number, who.id, who.name, desk.now())
        return await visit.lasts()

    # Told at once: it may have been taken since the page was made, or while nobody looked at the page
    return StreamingResponse(desk.hub.events(here, lambda: [f"case-{number}"]), media_type="text/event-stream")


@router.post("/cases/{number}/claim")
async def claim(number: Number, visit: Reviewer) -> Response:
    """Take it, or hold it longer."""
    desk, who, now = visit.desk, visit.principal, visit.now
    try:
        await desk.store.write(lambda tx: deciding.take(tx, number, who, now, desk.claim_for))
    except BarredError:
        pass  # the page says why
    tell(visit, number)
    return await status(number, visit) if visit.live else go(f"/cases/{number}")


@router.post("/cases/{number}/release")
async def release(number: Number, visit: Reviewer) -> Response:
    await visit.desk.store.write(lambda tx: tx.queue.release(number, visit.principal.id))
    tell(visit, number)
    return go("/queue")


@router.post("/cases/{number}/skip")
async def skip(number: Number, visit: Reviewer) -> Response:
    """Give it back and take the one after it."""
    now = visit.now
    await visit.desk.store.write(lambda tx: tx.queue.release(number, visit.principal.id))
    line = visit.desk.store.read_now(lambda tx: tx.queue.line(number, now))
    tell(visit, number)
    return await next_case(visit, None if line is None else (line.due, line.number))


@router.post("/cases/{number}/assign")
async def assign(number: Number, visit: Reviewer) -> Response:
    """To a colleague, whom it then waits for; to nobody in particular with an empty name."""
    who = visit.form.one("assignee")
    people = {person.id: person for person in await visit.desk.sessions.colleagues()}
    now = visit.now
    opened = visit.desk.store.read_now(lambda tx: deciding.find(tx, number, now))
    if opened[0].verdict_by is None and (not who or (who in people and could_decide(opened[0], people[who]))):

        def work(tx: Transaction) -> None:
            tx.queue.unassign(number)
            if who:
                tx.queue.assign(Assignment(number, who, people[who].name, visit.principal.name))
                if who != visit.principal.id:
                    tx.queue.release(number, visit.principal.id)

        await visit.desk.store.write(work)
        tell(visit, number)
    return go(f"/cases/{number}")
