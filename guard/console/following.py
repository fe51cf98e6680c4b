"""The catalogue follows the log: in the background of a gate, and for the page that needs it now."""

from __future__ import annotations

import asyncio

from guard import observe
from guard.audit.catalogue import catch_up
from guard.console.base import Desk
from guard.errors import GuardError

AT_ONCE = 40
"""Units of work that one page waits for, when the catalogue is behind."""
EVERY_S = 5.0
BETWEEN_S = 0.02
"""Left to posts between two units."""


async def caught_up(desk: Desk) -> int:
    """Bring the catalogue up to the log, for a while; returns how many entries it still lacks."""
    behind = await desk.store.read(lambda tx: tx.frontier.size - tx.catalogue.reach())
    for _ in range(AT_ONCE):
        if not behind:
            break
        behind = await desk.store.write(catch_up)
    return behind


async def follow(desk: Desk) -> None:
    """For ever."""
    while True:
        try:
            behind = desk.store.read_now(lambda tx: tx.frontier.size - tx.catalogue.reach())
            while behind:
                behind = await desk.store.write(catch_up)
                await asyncio.sleep(BETWEEN_S)
        except GuardError as error:
            observe.warn("catalogue-behind", error=type(error).__name__)
        await asyncio.sleep(EVERY_S)
