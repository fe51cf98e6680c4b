"""What holds for every check of a text, by page or by program: how often, and who is told what."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from guard.audit.log import AuditLog, event_id
from guard.console.author.probing import Mood, Seen, Watch
from guard.outbox.questions import ACCOUNT
from guard.store.base import Store, Transaction
from guard.types.audit import AuditEntry
from guard.types.inspection import Inspection
from guard.types.post import Author

MINUTE = timedelta(minutes=1)
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Asker:
    """Whoever has a text checked: a person, or an address where nobody is signed in."""

    kind: str
    """`account` or `address`."""
    id: str
    name: str = ""
    person: str | None = None
    via: str = "page"
    """`page` or `api`."""

    @property
    def key(self) -> str:
        return f"{self.kind} {self.id}"


class Reading:
    """Which warnings somebody has read before: the second time a warning comes, it is shorter."""

    def __init__(self) -> None:
        self._shown: OrderedDict[str, tuple[datetime, dict[str, int], frozenset[str]]] = OrderedDict()

    def again(self, asker: Asker, rules: frozenset[str], now: datetime) -> frozenset[str]:
        """Those of `rules` that have come before, gone, and come again within a day."""
        since, counts, shown = self._shown.get(asker.key, (now, {}, frozenset()))
        if not timedelta(0) <= now - since <= timedelta(days=1):
            since, counts, shown = now, {}, frozenset()
        for rule in rules - shown:
            counts[rule] = counts.get(rule, 0) + 1
        self._shown[asker.key] = (since, counts, rules)
        self._shown.move_to_end(asker.key)
        while len(self._shown) > MOST:
            self._shown.popitem(last=False)
        return frozenset(rule for rule in rules if counts[rule] > 1)


@dataclass(slots=True)
class _Line:
    """Checks of one asker that wait for each other."""

    newest: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


async def _nobody_told(_: Asker, __: Seen) -> None:
    return


@dataclass(slots=True)
class Checks:
    """Counts and watch of one console."""

    watch: Watch = field(default_factory=Watch)
    reading: Reading = field(default_factory=Reading)
    slow_s: float = 1.5
    """How much longer an answer takes for somebody who seems to be fishing."""
    noticed: Callable[[Asker, Seen], Awaitable[None]] = _nobody_told
    """Records that somebody does."""
    _counts: OrderedDict[str, tuple[datetime, int]] = field(default_factory=OrderedDict)
    _lines: dict[str, _Line] = field(default_factory=dict)

    def allowed(self, asker: Asker, now: datetime, a_minute: int) -> bool:
        """Count one check; False when there were enough for this minute."""
        started, count = self._counts.get(asker.key, (now, 0))
        if not timedelta(0) <= now - started <= MINUTE:
            started, count = now, 0
        if count >= a_minute:
            return False
        self._counts[asker.key] = (started, count + 1)
        self._counts.move_to_end(asker.key)
        while len(self._counts) > MOST:
            self._counts.popitem(last=False)
        return True

    @asynccontextmanager
    async def alone(self, asker: Asker) -> AsyncIterator[bool]:
        """One check of somebody at a time. Gives False to one that a newer one has overtaken while it waited.

        Whoever types sends more than they wait for: what nobody will see is not worth the gate's time.
        """
        line = self._lines.setdefault(asker.key, _Line())
        line.newest += 1
        mine = line.newest
        async with line.lock:
            try:
                yield mine == line.newest
            finally:
                if mine == line.newest:
                    self._lines.pop(asker.key, None)

    async def shut(self, asker: Asker, now: datetime) -> bool:
        """Whether there is only a neutral answer now. Slow for whoever is on the way there."""
        mood = self.watch.mood(asker.key, now)
        if mood is not Mood.CALM:
            await asyncio.sleep(self.slow_s)
        return mood is Mood.SHUT

    async def saw(self, asker: Asker, inspection: Inspection, now: datetime) -> bool:
        """Count what a check found; True when even this answer is to be a neutral one."""
        seen = self.watch.saw(asker.key, inspection, now)
        if seen.noticed:
            await self.noticed(asker, seen)
        return seen.mood is Mood.SHUT


def recorded(store: Store, log: AuditLog, now: Callable[[], datetime]) -> Callable[[Asker, Seen], Awaitable[None]]:
    """For `Checks.noticed`: somebody seems to fish for confidential names. Into the log, from where IT is told."""

    async def note(asker: Asker, seen: Seen) -> None:
        moment = now()

        def work(tx: Transaction) -> None:
            network = ACCOUNT if asker.kind == "account" else asker.kind
            pseudonym = log.pseudonym(network, asker.id)
            tx.put_author(pseudonym, Author(network, asker.id, asker.name, asker.person))
            data = {"author": pseudonym, "turns": seen.turns, "via": asker.via}
            log.append(tx, AuditEntry(event_id(moment), "probe", moment, data))

        await store.write(work)

    return note
