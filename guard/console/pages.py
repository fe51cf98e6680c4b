"""The console's pages: one module each with its router, listed here."""

from __future__ import annotations

from guard.console import audit, case, front, overview, queue, reveals

ROUTERS = (front.router, queue.router, case.router, audit.router, reveals.router, overview.router)
