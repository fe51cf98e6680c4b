"""Which steps of a ladder some post can reach: every kind of post that its conditions tell apart is tried.

Why not compare steps two by two: two lines may cover a third only together, and a line may contradict itself or the
policy's scope. Of each condition only matters which steps it lets through, so the steps that a post fits are kept as the
bits of a number, and conditions are joined one after the other: there are never more cases than sets of steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Final, TypeVar

from guard.policy.schema import Scope, Step, When
from guard.types.decision import Action
from guard.types.post import Visibility

_LEVELS: Final = (0.0, 0.5, 0.8)
"""Scores of `confidence: low, medium, high`."""
SURE: Final = (2, 2)
ANY: Final = (0, 2)
_Value = TypeVar("_Value")
_Cases = set[tuple[int, bool]]
"""Sets of steps that can fit together, as bits, and whether the post says its network and language there."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What becomes of one step."""

    holds: bool
    """Some post fits its conditions."""
    reached: bool
    """Of those, one that no step before it takes."""


def reaches(steps: Sequence[Step], scope: Scope, levels: tuple[int, int]) -> tuple[Reach, ...]:
    """For each step. `levels` are the lowest and highest confidence (0 low, 1 medium, 2 high) of what is found."""
    cases: _Cases = {((1 << len(steps)) - 1, True)}
    for condition in _conditions(steps, scope, levels):
        cases = {(fit & more, said and told) for fit, said in cases for more, told in condition}
    holds = reached = 0
    for fit, said in cases:
        holds |= fit if said else 0  # not only where the post does not say
        reached |= fit & -fit  # the first that fits
    return tuple(Reach(bool(holds >> n & 1), bool(reached >> n & 1)) for n in range(len(steps)))


def _conditions(steps: Sequence[Step], scope: Scope, levels: tuple[int, int]) -> Iterator[_Cases]:
    whens = [step.when for step in steps]
    yield _cases(whens, Visibility, lambda when, value: when.visibility is None or value in when.visibility)
    yield _cases(whens, (False, True), lambda when, value: when.media is None or when.media == value)
    yield _cases(whens, _moments(whens), _at)
    yield _cases(whens, _counts(whens, levels), _counted)
    groups = _groups([when.groups for when in whens], scope.groups)
    yield _cases(whens, groups, lambda when, value: when.groups is None or bool(when.groups & value))
    yield _named(steps, [when.networks for when in whens], scope.networks)
    yield _named(steps, [when.languages for when in whens], scope.languages)


def _cases(whens: Sequence[When], values: Iterable[_Value], fits: Callable[[When, _Value], bool]) -> _Cases:
    return {(sum(fits(when, value) << number for number, when in enumerate(whens)), True) for value in values}


def _named(steps: Sequence[Step], asked: Sequence[frozenset[str] | None], scope: frozenset[str] | None) -> _Cases:
    """Networks or languages. What the post does not say fits, unless the line would let it pass."""
    values = scope if scope is not None else {"an other one"}.union(*(names for names in asked if names))
    said = {(sum((each is None or value in each) << n for n, each in enumerate(asked)), True) for value in values}
    unsaid = [each is None or step.action is not Action.ALLOW for each, step in zip(asked, steps, strict=True)]
    return said | {(sum(fit << number for number, fit in enumerate(unsaid)), False)}


def _groups(asked: Iterable[frozenset[str] | None], scope: frozenset[str] | None) -> Iterator[frozenset[str]]:
    """No named group or one: an author of several only fits more of the lines before."""
    names = frozenset[str]().union(*(groups for groups in asked if groups))
    for base in [frozenset({name}) for name in scope] if scope is not None else [frozenset[str]()]:
        yield base
        yield from (base | {name} for name in names)


def _moments(whens: Sequence[When]) -> list[datetime | None]:
    """One before and one at each moment that is named."""
    named = sorted({moment for when in whens for moment in (when.before, when.after) if moment})
    return [named[0] - timedelta(days=1), *named] if named else [None]


def _at(when: When, moment: datetime | None) -> bool:
    return moment is None or not (
        (when.before and moment >= when.before) or (when.after is not None and moment < when.after)
    )


def _counts(whens: Sequence[When], levels: tuple[int, int]) -> set[tuple[int, ...]]:
    """Places found with at least low, medium and high confidence: numbers at which a condition begins or ceases to hold."""
    low, high = levels
    sizes = {0, 1} | {when.count_min for when in whens} | {when.count_max + 1 for when in whens if when.count_max}
    if not any(when.min_score for when in whens):
        return {(size, size, size) for size in sizes if size}
    triples = {(a, b, c) for a, b, c in product(sizes, repeat=3) if a and a >= b >= c}
    return {counts for counts in triples if counts[low] == counts[0] and (high == 2 or not counts[high + 1])}


def _counted(when: When, counts: tuple[int, ...]) -> bool:
    count = counts[_LEVELS.index(when.min_score)]
    return count >= when.count_min and (when.count_max is None or count <= when.count_max)
