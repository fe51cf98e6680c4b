"""`/`: to the first page that is for whoever asks; and the stream of live updates."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response, StreamingResponse

from guard.console.cases.queue_lines import seen
from guard.console.navigation import entries
from guard.console.page import Anyone, Visit, go, needs
from guard.types.principal import Permission

router = APIRouter(include_in_schema=False)


@router.get("/")
async def front(visit: Anyone) -> Response:
    return go(next((entry.path for entry in entries() if any(map(visit.may, entry.permissions))), "/me"))


@router.get("/live")
async def live(visit: Annotated[Visit, Depends(needs(Permission.CHECK, idle=True))]) -> Response:
    """Server-sent events: an event named after each topic that changed. Holds no text.

    `seen` is what the page that asks was made of (`queue.seen`): if that is no longer so, it is told at once.
    """
    desk, before = visit.desk, visit.request.query_params.get("seen")

    def missed() -> list[str]:
        now = partial(seen, desk.hub.queue_changes)
        return [] if before is None or before == desk.store.read_now(now) else ["queue"]

    return StreamingResponse(desk.hub.events(visit.lasts, missed), media_type="text/event-stream")
