"""The console's pages: one module each with its router, listed here."""

from __future__ import annotations

from guard.console import (
    audit,
    case,
    case_decide,
    changes,
    compose,
    flagged,
    front,
    lesson,
    mine,
    near,
    overview,
    playground,
    policies,
    questions,
    queue,
    reveals,
)

ROUTERS = (
    front.router,
    queue.router,
    case.router,
    case_decide.router,
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
