"""The console's pages: one module each with its router, listed here."""

from __future__ import annotations

from guard.console import audit, case, changes, front, overview, policies, queue, reveals

ROUTERS = (
    front.router,
    queue.router,
    case.router,
    audit.router,
    reveals.router,
    overview.router,
    policies.router,
    changes.router,
)
