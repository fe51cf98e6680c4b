"""The console's pages: one module each with its router, listed here."""

from __future__ import annotations

from guard.console import case, front, queue

ROUTERS = (front.router, queue.router, case.router)
