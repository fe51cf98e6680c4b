"""The console's pages: one module each with its router, listed here."""

from __future__ import annotations

from guard.console import front, overview
from guard.console.author import compose, mine, questions
from guard.console.cases import case, deciding, flagged, lesson, near, queue
from guard.console.records import audit, reveals
from guard.console.rules import changes, playground, policies

ROUTERS = (
    front.router,
    queue.router,
    case.router,
    deciding.router,
    lesson.router,
    near.router,
    flagged.router,
    questions.router,
    mine.router,
    compose.router,
    playground.router,
    audit.router,
    reveals.router,
    overview.router,
    policies.router,
    changes.router,
)
