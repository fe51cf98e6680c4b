"""Keeps the catalogue of the log up with the log: what each entry is, how many of what there were each day, subtree roots.

It runs behind the posts, in small units of work, so that no post waits for a plot. Nothing here is evidence: proofs made with
its subtree roots are checked against the signed checkpoint like any other.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from guard.audit import merkle
from guard.store.base import Transaction
from guard.store.catalogue import Count, Line
from guard.types.held import Form, HeldPost

BATCH = 256
"""Entries of one unit of work: a post that comes meanwhile waits a few milliseconds at most."""
LEVELS = (8, 16)
"""Subtrees of 256 and of 65,536 leaves are kept."""
STEPS = 8
"""Steps of a waiting time for each doubling: a step is 9 % wide."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 -- counted with times of which the zone is known to be UTC
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400_000_000
_HOUR = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """The next entries to cover, read and understood before the transaction that takes them: posts wait for as little as can be."""

    start: int
    end: int
    left: int
    """Entries after these."""
    lines: Sequence[Line]
    counts: Mapping[Count, int]
    roots: Sequence[tuple[int, int, bytes]]
    """Level, number and hash of the subtrees that become whole."""

    def put(self, tx: Transaction) -> int:
        """Cover them, unless another process did; returns how many are left."""
        if self.end > self.start and tx.catalogue.reach() == self.start:
            tx.catalogue.extend(self.lines, self.counts, self.end)
            for level, number, root in self.roots:
                tx.catalogue.put_subtrees(level, [(number, root)])
        return self.left


def next_part(tx: Transaction, limit: int = BATCH) -> Part:
    """Up to `limit` entries that the catalogue lacks. Only asks."""
    start, size = tx.catalogue.reach(), tx.frontier.size
    end = min(start + limit, size)
    counts: Counter[Count] = Counter()
    opened: set[int] = set()
    lines: list[Line] = []
    for index, raw in enumerate(tx.leaves(start, end), start):
        leaf = json.loads(raw)
        line = line_of(index, leaf)
        lines.append(line)
        _count(tx, line, leaf["data"], opened, counts)
    return Part(start, end, size - end, lines, counts, _roots(tx, start, end))


def catch_up(tx: Transaction, limit: int = BATCH) -> int:
    """Cover up to `limit` more entries in one transaction; returns how many are left."""
    return next_part(tx, limit).put(tx)


def line_of(index: int, leaf: dict[str, Any]) -> Line:
    """What can be searched for in the entry at `index`, whose decoded leaf this is."""
    data = leaf["data"]
    matches = (*data.get("matches", ()), *data.get("shadow", ()))
    case = data.get("case")
    return Line(
        index,
        micros(leaf["time"]),
        str(leaf["kind"]),
        _word(data, "action"),
        _word(data, "network"),
        _word(data, "author"),
        case if isinstance(case, int) else None,
        frozenset(str(match["rule"]) for match in matches),
    )


def micros(time: str) -> int:
    """Microseconds since 1970 of a time as entries have it."""
    return (datetime.fromisoformat(time[:-1]) - _EPOCH) // _MICROSECOND


def step_of(seconds: float) -> int:
    """Number of the step that a waiting time falls on."""
    return round(STEPS * math.log2(max(0.0, seconds) + 1))


def seconds_of(step: int) -> float:
    """The waiting time in the middle of a step."""
    return 2 ** (step / STEPS) - 1


def _word(data: dict[str, Any], name: str) -> str | None:
    value = data.get(name)
    return value if isinstance(value, str) else None


def _count(tx: Transaction, line: Line, data: dict[str, Any], opened: set[int], counts: Counter[Count]) -> None:
    """What one entry adds to the plots."""
    day = line.time // _DAY
    hour = str(line.time % _DAY // _HOUR)
    if line.kind == "decision":
        counts["decision", day, line.network or "", line.action or ""] += 1
        for name, matches in (("rule", data.get("matches", ())), ("shadow", data.get("shadow", ()))):
            for match in matches:
                counts[name, day, match["rule"], match["action"]] += 1
        if line.case is not None and _is_new(tx, line.case, opened):
            counts["held", day, hour, ""] += 1
    elif line.kind == "review" and line.case is not None:
        case = tx.case(line.case)
        if case is not None and _is_verdict(case, line.time):
            counts["answered", day, hour, ""] += 1
            outcome = _outcome(case)
            for rule in case.matches:
                counts["verdict", day, rule, outcome] += 1
            waited = (line.time - _micros_of(case.created)) / 1_000_000
            counts["wait", day, str(step_of(waited)), ""] += 1


def _is_new(tx: Transaction, case: int, opened: set[int]) -> bool:
    """Whether this is the entry that opened the case: a held post that is sent again has the same one."""
    if case in opened:
        return False
    opened.add(case)
    held = tx.case(case)
    leaf = None if held is None else tx.leaf_index(held.event)
    return leaf is None or leaf >= tx.catalogue.reach()


def _is_verdict(case: HeldPost, time: int) -> bool:
    """Whether the entry of that time is the one that decided the case, not one yes of several."""
    return case.review is not None and _micros_of(case.review.at) == time


def _outcome(case: HeldPost) -> str:
    """What people made of the rules' hold: `overturned` when the post went out as it was written."""
    assert case.review is not None  # noqa: S101 -- asked before
    if not case.review.approved:
        return "kept"
    return "overturned" if case.review.form is Form.WRITTEN else "changed"


def _micros_of(time: datetime) -> int:
    return (time.replace(tzinfo=None) - (time.utcoffset() or timedelta()) - _EPOCH) // _MICROSECOND


def _roots(tx: Transaction, start: int, end: int) -> list[tuple[int, int, bytes]]:
    """The roots of the subtrees that become whole between these leaves."""
    low, high = LEVELS
    found = [(low, number, _of_leaves(tx, number)) for number in range(start >> low, end >> low)]
    fresh = {number: root for _, number, root in found}
    for number in range(start >> high, end >> high):
        first, last = number << high - low, number + 1 << high - low
        known = tx.catalogue.subtrees(low, first, last)
        found.append((high, number, merkle.root([*known, *(fresh[n] for n in range(first + len(known), last))])))
    return found


def _of_leaves(tx: Transaction, number: int) -> bytes:
    return merkle.root([merkle.leaf_hash(leaf) for leaf in tx.leaves(number << 8, number + 1 << 8)])
