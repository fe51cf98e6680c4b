"""Slows down guessing without letting a stranger shut somebody out.

Three counts, each with some tries free and then a wait that doubles: one account from one address (up to a quarter of an
hour: this is where a guesser sits), one address whatever the account, and one account from anywhere, which stops at a
minute. The last two do not hold for an address from which that very person has signed in before. So who floods an account
from all over the world makes its owner wait a minute at most, and usually not at all.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

FORGET = timedelta(hours=1)
"""Without failure for so long, a count begins anew."""
KNOWN = timedelta(days=30)
MOST = 20_000
"""Counts and known addresses kept; the least recently used go first."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Failures that cost nothing, and the longest wait."""

    free: int
    longest: timedelta


PAIR = Limit(5, timedelta(minutes=15))
ADDRESS = Limit(30, timedelta(minutes=15))
ACCOUNT = Limit(20, timedelta(minutes=1))


@dataclass(slots=True)
class _Count:
    failures: int
    last: datetime
    until: datetime


class Limiter:
    """In memory, of one process: the console runs in one, and a restart is nothing that a guesser can cause."""

    def __init__(self, account: Limit = ACCOUNT) -> None:
        self._account = account
        self._counts: OrderedDict[tuple[str, str], _Count] = OrderedDict()
        self._known: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    def wait(self, name: str, address: str, now: datetime) -> timedelta:
        """How long this attempt must wait; zero when it may be made now."""
        left = (self._left(key, now) for key, _ in self._limits(name, address, now))
        return max(left, default=timedelta(0))

    def attempt(self, name: str, address: str, now: datetime) -> None:
        """Count a try as failed before it is made, so that many at once cannot all be the first."""
        for key, limit in self._limits(name, address, now):
            self._fail(key, limit, now)

    def succeeded(self, name: str, address: str, now: datetime) -> None:
        """Take the try back, and remember the address as this person's."""
        place = network_of(address)
        for key, _ in self._limits(name, address, now)[1:]:
            count = self._counts.get(key)
            if count is not None:
                count.failures -= 1
        self._counts.pop(("pair", f"{place} {name}"), None)
        _keep(self._known, (place, name), now)

    def _limits(self, name: str, address: str, now: datetime) -> list[tuple[tuple[str, str], Limit]]:
        place = network_of(address)
        pair = (("pair", f"{place} {name}"), PAIR)
        seen = self._known.get((place, name))
        if seen is not None and now - seen <= KNOWN:
            return [pair]
        return [pair, (("address", place), ADDRESS), (("account", name), self._account)]

    def _left(self, key: tuple[str, str], now: datetime) -> timedelta:
        count = self._counts.get(key)
        if count is None or now < count.last:  # a clock that was set back must not shut people out until it catches up
            return timedelta(0)
        return max(count.until - now, timedelta(0))

    def _fail(self, key: tuple[str, str], limit: Limit, now: datetime) -> None:
        count = self._counts.get(key)
        if count is None or now - count.last > FORGET:
            count = _Count(0, now, now)
        count.failures += 1
        count.last = now
        over = count.failures - limit.free
        if over >= 0:
            count.until = now + min(timedelta(seconds=2 ** min(over, 16)), limit.longest)
        _keep(self._counts, key, count)


def network_of(address: str) -> str:
    """What one guesser certainly has: an IPv4 address, or a whole /64 of IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(IPv6Address(int(found) >> 64 << 64))
    return str(found)


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > MOST:
        kept.popitem(last=False)
