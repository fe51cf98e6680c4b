"""The gate's doors as the gate sees them: in its own process, or in worker processes for which it records."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from guard.gateway.ledger import Ledger
from guard.gateway.recorder import Recorder
from guard.gateway.server import Address, Listener, bind, on_signals, serve
from guard.inspector import Inspector
from guard.wiring import handover
from guard.wiring.doors import Doors
from guard.wiring.workers import Crew

Ready = Callable[[Sequence[Address]], None]


@dataclass(slots=True)
class ThisProcess:
    """The doors in this very process."""

    doors: Doors

    async def serve(self, own: Sequence[Listener], stop: asyncio.Event, ready: Ready) -> None:
        forgetting = asyncio.create_task(self.doors.forget())
        try:
            await serve([*self.doors.listeners(), *own], stop, ready)
        finally:
            forgetting.cancel()

    def swap(self, inspector: Inspector, _made: handover.Place) -> None:
        self.doors.inspector = inspector

    def renew(self, names: Collection[str]) -> None:
        self.doors.renew(names)

    async def close(self) -> None:
        await self.doors.close()


class InWorkers:
    """The doors in worker processes, for which this one records."""

    def __init__(self, crew: Crew, ledger: Ledger) -> None:
        self._crew = crew
        self._recorder = Recorder(ledger, crew.worker_gone, crew.worker_ready)

    async def serve(self, own: Sequence[Listener], stop: asyncio.Event, ready: Ready) -> None:
        """The own listeners are bound before any worker serves."""
        own = [replace(listener, sock=one) for listener in own for one in bind(listener, 1)]
        with on_signals(stop):
            await self._crew.begin(self._recorder, stop)
            await serve(own, stop, lambda addresses: ready((*self._crew.addresses, *addresses)), signals=False)
        await self._crew.dismiss(self._recorder)
        self._crew.check()

    def swap(self, inspector: Inspector, made: handover.Place) -> None:
        """Each worker loads them for itself, from what was compiled."""
        self._recorder.tell_all("policies", (inspector.bundle.digest, made))

    def renew(self, names: Collection[str]) -> None:
        """The doors of these names read their certificates again."""
        self._recorder.tell_all("certificates", tuple(names))

    async def close(self) -> None:
        await self._crew.dismiss(self._recorder)
        await self._recorder.close()
