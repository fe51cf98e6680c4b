"""The catalogue follows the log: in the background of a gate, and for the page that needs it now."""

from __future__ import annotations

import asyncio
from time import monotonic

from guard import observe
from guard.audit.catalogue import next_part
from guard.console.base import Desk
from guard.errors import GuardError

AT_ONCE = 40
"""Units of work that one page waits for, when the catalogue is behind."""
EVERY_S = 5.0
BETWEEN_S = 0.02
"""Left to posts between two units, at least."""
IDLE = 3
"""Times as long as a unit took: however busy the gate, following takes a quarter of one processor at most."""


async def caught_up(desk: Desk) -> int:
    """Bring the catalogue up to the log, for a while; returns how many entries it still lacks."""
    for _ in range(AT_ONCE):
        if not await _step(desk):
            return 0
    return await desk.store.read(lambda tx: tx.frontier.size - tx.catalogue.reach())


async def _step(desk: Desk) -> int:
    """One unit of work, if there is any to do; returns how many entries are left."""
    part = await desk.store.read(next_part)
    return await desk.store.write(part.put) if part.lines else 0


async def follow(desk: Desk) -> None:
    """For ever."""
    while True:
        try:
            began = monotonic()
            while await _step(desk):
                await asyncio.sleep(max(BETWEEN_S, IDLE * (monotonic() - began)))
                began = monotonic()
        except GuardError as error:
            observe.warn("catalogue-behind", error=type(error).__name__)
        await asyncio.sleep(EVERY_S)
