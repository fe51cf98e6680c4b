"""The queue: held posts that wait for a person, the one due first on top."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from guard.console.page import Visit, needs
from guard.types.principal import Permission

router = APIRouter(include_in_schema=False)
Reviewer = Annotated[Visit, Depends(needs(Permission.REVIEW))]


@router.get("/queue")
async def queue(visit: Reviewer) -> Response:
    return visit.page("queue.html", cases=[])
