"""Trials of policies that take their time: at most one of each at once, remembered while the process lives."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from guard.console.live import Hub
from guard.console.policy_room import Changes, Examined, PolicyRoom
from guard.errors import GuardError
from guard.words.texts import Phrase

Key = TypeVar("Key")
Value = TypeVar("Value")
PATIENCE_S = 6.0
"""So long a page waits for lint and coverage of what is in force; then it shows without them."""
KEPT = 50


@dataclass(slots=True)
class Backtest:
    """One over the store: how far it is, then what it found or why it did not."""

    done: int = 0
    report: Mapping[str, Any] | None = None
    failed: str | GuardError = ""
    task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        return self.report is None and not self.failed


@dataclass(slots=True)
class Trials:
    """What was tried, and what is being tried."""

    _examined: dict[str, Examined] = field(default_factory=dict)
    _examining: dict[str, asyncio.Task[Examined]] = field(default_factory=dict)
    _backtests: dict[str, Backtest] = field(default_factory=dict)

    async def examined(self, room: PolicyRoom, key: str, changes: Changes, patience: float | None) -> Examined | None:
        """Mistakes, lint and coverage of a folder with changes, `key` being all that they depend on.

        None when `patience` (seconds; None: without end) is over first. GuardError when it cannot be tried.
        """
        if self.known(key) is None:
            task = self._examining.get(key)
            if task is None or task.done():
                task = self._examining[key] = asyncio.create_task(room.examine(changes))
            try:
                found = await asyncio.wait_for(asyncio.shield(task), patience)
            except TimeoutError:
                if task.done():
                    raise  # it broke off by itself
                return None
            finally:
                if task.done():
                    self._examining.pop(key, None)
            _keep(self._examined, key, found)
        return self._examined[key]

    def known(self, key: str) -> Examined | None:
        """What is known of it already, also of what nobody had the patience to wait for."""
        task = self._examining.get(key)
        if task is not None and task.done() and not task.cancelled() and task.exception() is None:
            del self._examining[key]
            _keep(self._examined, key, task.result())
        return self._examined.get(key)

    def backtest(self, key: str) -> Backtest | None:
        return self._backtests.get(key)

    def start_backtest(self, room: PolicyRoom, hub: Hub, key: str, changes: Changes) -> None:
        """Start one, unless it is running; open pages are told when it is over."""
        known = self._backtests.get(key)
        if known is not None and known.running:
            return
        made = Backtest()
        _keep(self._backtests, key, made)

        def progress(done: int) -> None:
            made.done = done

        async def run() -> None:
            try:
                made.report = await room.backtest(changes, progress)
            except asyncio.CancelledError:
                made.failed = Phrase("change.broken-off")
                raise
            except TimeoutError:
                made.failed = Phrase("change.too-long")
            except GuardError as error:
                made.failed = error
            except OSError as error:
                made.failed = str(error)
            hub.publish("policies")

        made.task = asyncio.create_task(run())


def _keep(known: dict[Key, Value], key: Key, value: Value) -> None:
    known[key] = value
    while len(known) > KEPT:
        del known[next(iter(known))]
