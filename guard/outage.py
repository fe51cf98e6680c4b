"""An outage, told so often that nobody misses it and no log fills up. Pure: whoever asks has the clock and the log."""

from __future__ import annotations

from typing import NamedTuple

EVERY_S = 60.0
"""At most one line in so long says that it begins or lasts; what fails and mends itself within a second is told once a minute."""


class Told(NamedTuple):
    """What a line says."""

    step: str
    """`begins`, `lasts` or `ends`."""
    requests: int
    """That met it since the last line; where it ends, since it began."""
    seconds: int
    """Since it began."""


class Outage:
    """One thing that requests need, and whether they have it. Times are seconds of any steady clock."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._told_at = float("-inf")
        self._open = False
        """A line said that it began and none yet that it ended."""
        self._new = self._all = 0

    def failed(self, now: float) -> Told | None:
        """A request met it; what there is to tell."""
        if self._began is None:
            self._began = now
        self._new += 1
        self._all += 1
        if now - self._told_at < EVERY_S:
            return None
        told = Told("lasts" if self._open else "begins", self._new, round(now - self._began))
        self._told_at, self._open, self._new = now, True, 0
        return told

    def worked(self, now: float) -> Told | None:
        """A request had what it needs; what there is to tell."""
        if self._began is None:
            return None
        began, self._began = self._began, None
        if not self._open:
            return None
        told = Told("ends", self._all, round(now - began))
        self._open, self._new, self._all = False, 0, 0
        return told
