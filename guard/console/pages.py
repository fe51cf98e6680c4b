"""The console's pages: one module each with its router, listed here."""

from __future__ import annotations

from guard.console import case, compose, flagged, front, mine, playground, questions, queue

ROUTERS = (
    front.router,
    queue.router,
    case.router,
    flagged.router,
    questions.router,
    mine.router,
    compose.router,
    playground.router,
)
