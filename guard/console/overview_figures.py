"""What the overview shows, worked out of the daily counts. Pure. Of rules, networks and days; never of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from guard.audit.catalogue import seconds_of
from guard.store.catalogue import Tally

ACTIONS = ("allow", "flag", "redact", "reroute", "hold", "block")
TOP = 12
"""Rules shown in a plot."""
ENOUGH = 10
"""Verdicts under which nothing is said of a rule."""
ANNOYS = 0.8
"""A rule whose holds are lifted unchanged so often mostly annoys."""
WEEK = 7
LEARN = 28
"""Days that the forecast looks back."""


@dataclass(frozen=True, slots=True)
class Span:
    """A bar's stretch of days: `[first, last]`, since 1970 in UTC."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Strip:
    """A row of bars with a scale of its own."""

    name: str
    values: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.values)

    @property
    def peak(self) -> int:
        return max(self.values, default=0)


@dataclass(frozen=True, slots=True)
class Waits:
    """How long posts waited for a verdict in each stretch; None where there was none."""

    middle: tuple[timedelta | None, ...]
    """Half of them waited no longer."""
    most: tuple[timedelta | None, ...]
    """Nine in ten waited no longer."""
    whole: tuple[timedelta | None, timedelta | None]
    """Both, over all stretches."""


@dataclass(frozen=True, slots=True)
class Overturn:
    """What people made of a rule's holds."""

    rule: str
    overturned: int
    """Approved as written."""
    changed: int
    """Approved with something masked or edited."""
    kept: int
    """Rejected."""

    @property
    def decided(self) -> int:
        return self.overturned + self.changed + self.kept

    @property
    def annoys(self) -> bool:
        return self.decided >= ENOUGH and self.overturned >= ANNOYS * self.decided


@dataclass(frozen=True, slots=True)
class Forecast:
    """What to expect of a day, from the same weekdays before."""

    day: int
    held: float
    answered: float
    waiting: float
    """Posts that wait at its end, if it goes on so."""


def spans(last: int, days: int) -> tuple[Span, ...]:
    """The days up to `last`, one by one up to a month, else by weeks."""
    width = 1 if days <= 31 else WEEK
    first = last - days + 1
    return tuple(Span(start, min(start + width - 1, last)) for start in range(first, last + 1, width))


def by_action(tallies: Iterable[Tally], over: Sequence[Span]) -> tuple[Strip, ...]:
    """Decisions over time, a strip for each action."""
    counted: Counter[tuple[str, int]] = Counter()
    for tally in tallies:
        counted[tally.b, _place(tally.day, over)] += tally.number
    return tuple(Strip(name, tuple(counted[name, place] for place in range(len(over)))) for name in ACTIONS)


def by_first(tallies: Iterable[Tally], among: frozenset[str] | None = None) -> list[tuple[str, int]]:
    """Totals by the first word, the largest first; `among`: of these second words only."""
    counted: Counter[str] = Counter()
    for tally in tallies:
        if among is None or tally.b in among:
            counted[tally.a] += tally.number
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def waits(tallies: Iterable[Tally], over: Sequence[Span]) -> Waits:
    parts: list[Counter[int]] = [Counter() for _ in over]
    for tally in tallies:
        parts[_place(tally.day, over)][int(tally.a)] += tally.number
    together = sum(parts, Counter[int]())
    return Waits(
        tuple(percentile(part, 0.5) for part in parts),
        tuple(percentile(part, 0.9) for part in parts),
        (percentile(together, 0.5), percentile(together, 0.9)),
    )


def percentile(steps: Mapping[int, int], share: float) -> timedelta | None:
    """The waiting time that `share` of them did not exceed, to 5 %."""
    left = share * sum(steps.values())
    for step in sorted(steps):
        left -= steps[step]
        if left <= 1e-9:
            return timedelta(seconds=round(seconds_of(step)))
    return None


def overturns(tallies: Iterable[Tally]) -> list[Overturn]:
    """By rule, those most often overturned first; rules with few verdicts last."""
    counted: Counter[tuple[str, str]] = Counter()
    for tally in tallies:
        counted[tally.a, tally.b] += tally.number
    rules = {rule for rule, _ in counted}
    found = [Overturn(rule, *(counted[rule, name] for name in ("overturned", "changed", "kept"))) for rule in rules]
    return sorted(found, key=lambda one: (one.decided < ENOUGH, -one.overturned / one.decided, -one.decided, one.rule))


def forecast(held: Iterable[Tally], answered: Iterable[Tally], waiting: int, today: int) -> tuple[Forecast, ...]:
    """The seven days from tomorrow: each as the same weekdays of the last four weeks were on average."""
    past = range(today - LEARN, today)
    came, went = (_by_weekday(tallies, past) for tallies in (held, answered))
    weeks = LEARN / WEEK
    found: list[Forecast] = []
    left = float(waiting)
    for day in range(today + 1, today + 1 + WEEK):
        expected, done = came[day % WEEK] / weeks, went[day % WEEK] / weeks
        left = max(0.0, left + expected - done)
        found.append(Forecast(day, expected, done, left))
    return tuple(found)


def learnt(held: Iterable[Tally], today: int) -> bool:
    """Whether a whole week has passed since the first hold: less tells nothing about a weekday."""
    return any(tally.day <= today - WEEK for tally in held)


def _by_weekday(tallies: Iterable[Tally], past: range) -> Counter[int]:
    counted: Counter[int] = Counter()
    for tally in tallies:
        if tally.day in past:
            counted[tally.day % WEEK] += tally.number
    return counted


def _place(day: int, over: Sequence[Span]) -> int:
    """In which stretch a day lies; all but the last are equally long."""
    width = over[0].last - over[0].first + 1
    return min(max(0, (day - over[0].first) // width), len(over) - 1)
