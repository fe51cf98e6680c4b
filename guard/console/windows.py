"""How long each decision can still be undone, by a clock that nobody sets.

A decision is promised ten seconds in which it can be taken back. Measured by the time of day they would be none when the
clock is set forward, and an hour when it is set back. So they are counted from when this process first saw the decision:
after a restart they begin anew. Never sooner than promised, and never lost: the decision itself stands in the store.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic

from guard.types.queue import Verdict

NONE = timedelta(0)


class Windows:
    """Of one process. `steady` gives seconds that only grow."""

    def __init__(self, steady: Callable[[], float] = monotonic) -> None:
        self._steady = steady
        self._begun: dict[tuple[int, datetime], float] = {}

    def begin(self, verdict: Verdict) -> None:
        """It has just been made."""
        self._begun.setdefault(_key(verdict), self._steady())

    def left(self, verdict: Verdict) -> timedelta:
        """How long it can still be undone: all its time when it was not seen before."""
        begun = self._begun.get(_key(verdict))
        whole = max(verdict.due - verdict.made, NONE)
        return whole if begun is None else max(whole - timedelta(seconds=self._steady() - begun), NONE)

    def over(self, pending: Sequence[Verdict]) -> list[Verdict]:
        """Those that can be undone no more, of all that wait; of others nothing is remembered any more."""
        now = self._steady()
        self._begun = {_key(one): self._begun.get(_key(one), now) for one in pending}
        return [one for one in pending if not self.left(one)]


def _key(verdict: Verdict) -> tuple[int, datetime]:
    return verdict.case, verdict.made
