"""`/`: to the first page that is for whoever asks; and the stream of live updates."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response, StreamingResponse

from guard.console.navigation import entries
from guard.console.page import Anyone, Visit, go, needs
from guard.types.principal import Permission

router = APIRouter(include_in_schema=False)


@router.get("/")
async def front(visit: Anyone) -> Response:
    return go(next((entry.path for entry in entries() if any(map(visit.may, entry.permissions))), "/me"))


@router.get("/live")
async def live(visit: Annotated[Visit, Depends(needs(Permission.CHECK, idle=True))]) -> Response:
    """Server-sent events: an event named after each topic that changed. Holds no text."""
    return StreamingResponse(visit.desk.hub.events(visit.lasts), media_type="text/event-stream")
