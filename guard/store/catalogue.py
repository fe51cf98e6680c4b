"""The store's promise for the catalogue of the log: `Transaction.catalogue`. That of guard.store.base holds for it.

Derived from the leaves by guard.audit.catalogue, behind the posts: it may be some entries late, and says how many it covers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it can be searched for."""

    index: int
    time: int
    """Microseconds since 1970 in UTC."""
    kind: str
    action: str | None = None
    network: str | None = None
    author: str | None = None
    """Pseudonym."""
    case: int | None = None
    rules: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EntryQuery:
    """Which entries a search wants; None means any. All that is given must hold."""

    kind: str | None = None
    action: str | None = None
    network: str | None = None
    rule: str | None = None
    case: int | None = None
    authors: Sequence[str] | None = None
    """Pseudonyms, any of them."""
    since: int | None = None
    """Microseconds, inclusive."""
    until: int | None = None
    """Microseconds, exclusive."""
    before: int | None = None
    """Indexes below this one, the newest first."""
    after: int | None = None
    """Indexes above this one, the oldest first; not together with `before`."""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Tally:
    """So many on a day (days since 1970 in UTC), by two words."""

    day: int
    a: str
    b: str
    number: int


Count = tuple[str, int, str, str]
"""What is counted, the day, two words."""


class Catalogue(Protocol):
    """Valid only inside the transaction that gave it. What writes raises StoreError in `read`."""

    def reach(self) -> int:
        """How many leaves, from the first, it covers."""

    def extend(self, lines: Sequence[Line], counts: Mapping[Count, int], reach: int) -> None:
        """Cover the leaves up to `reach`: what they are, and what they add to the counts."""

    def search(self, query: EntryQuery) -> list[int]:
        """Indexes, in the order the query asks for."""

    def tallies(self, what: str, since: int, until: int) -> list[Tally]:
        """Counts of the days `[since, until)`, oldest first."""

    def words(self, what: str) -> list[str]:
        """Every first word that was ever counted under `what`, in order."""

    def put_subtrees(self, level: int, hashes: Iterable[tuple[int, bytes]]) -> None:
        """Roots of subtrees of 2^level leaves, by number."""

    def subtrees(self, level: int, start: int, end: int) -> list[bytes]:
        """Those numbered `[start, end)`, as many of them as are there, from the first on without a gap."""
