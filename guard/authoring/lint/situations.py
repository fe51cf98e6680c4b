"""Which steps of a ladder some post can reach: every kind of post that its conditions tell apart is tried.

Why not compare steps two by two: two lines may cover a third only together, and a line may contradict itself or the
policy's scope. Few conditions stand in one ladder, so all situations that differ to it are a few hundred.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from math import prod
from typing import Any, Final

from guard.policy.schema import Scope, Step, When
from guard.types.decision import Action
from guard.types.post import Visibility

MOST: Final = 200_000
"""Situations beyond which a ladder is not judged."""
_LEVELS: Final = (0.0, 0.5, 0.8)
"""Scores of `confidence: low, medium, high`."""
SURE: Final = (2, 2)
ANY: Final = (0, 2)


@dataclass(frozen=True, slots=True)
class _Situation:
    visibility: Visibility | None
    network: str
    """Empty: the post does not say."""
    language: str
    groups: frozenset[str]
    media: bool
    moment: datetime
    counts: tuple[int, int, int]
    """Places found with at least low, medium and high confidence."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What becomes of one step."""

    holds: bool
    """Some post fits its conditions."""
    reached: bool
    """Of those, one that no step before it takes."""


def reaches(steps: Sequence[Step], scope: Scope, levels: tuple[int, int]) -> tuple[Reach, ...] | None:
    """For each step; None when there are too many situations to tell.

    `levels` are the lowest and highest confidence (0 low, 1 medium, 2 high) that what is found can have.
    """
    dimensions = _dimensions([step.when for step in steps], scope, levels)
    if prod(map(len, dimensions)) > MOST:
        return None
    holds, reached = [False] * len(steps), [False] * len(steps)
    for values in product(*dimensions):
        situation = _Situation(*values)
        taken = False
        for number, step in enumerate(steps):
            if _fits(step, situation):
                holds[number] |= bool(situation.network and situation.language)  # not only where the post does not say
                reached[number] |= not taken
                taken = True
        if all(reached):
            break
    return tuple(Reach(held, got) for held, got in zip(holds, reached, strict=True))


def _dimensions(whens: Sequence[When], scope: Scope, levels: tuple[int, int]) -> tuple[Sequence[Any], ...]:
    return (
        list(Visibility) if any(when.visibility is not None for when in whens) else [None],
        _names(_named(when.networks for when in whens), scope.networks),
        _names(_named(when.languages for when in whens), scope.languages),
        _groups(_named(when.groups for when in whens), scope.groups),
        [False, True] if any(when.media is not None for when in whens) else [False],
        _moments(whens),
        _counts(whens, levels),
    )


def _named(asked: Iterable[frozenset[str] | None]) -> frozenset[str]:
    return frozenset[str]().union(*(names for names in asked if names is not None))


def _names(named: frozenset[str], scope: frozenset[str] | None) -> list[str]:
    """Networks or languages: those that count, and nothing said."""
    if not named:
        return ["any"]
    return [*sorted(scope), ""] if scope is not None else [*sorted(named), "an other one", ""]


def _groups(named: frozenset[str], scope: frozenset[str] | None) -> list[frozenset[str]]:
    """No named group or one: an author of several only fits more of the lines before."""
    bases = [frozenset({name}) for name in sorted(scope)] if scope is not None and named else [frozenset[str]()]
    return [
        base | more for base in bases for more in (frozenset[str](), *(frozenset({name}) for name in sorted(named)))
    ]


def _moments(whens: Sequence[When]) -> list[datetime]:
    """One before and one at each moment that is named."""
    named = sorted({moment for when in whens for moment in (when.before, when.after) if moment})
    if not named:
        return [datetime(2026, 1, 1, tzinfo=UTC)]
    return [named[0] - timedelta(days=1), *named]


def _counts(whens: Sequence[When], levels: tuple[int, int]) -> list[tuple[int, int, int]]:
    """Numbers of places found, by confidence: those at which a condition begins or ceases to hold."""
    low, high = levels
    bounds = {1} | {when.count_min for when in whens} | {when.count_max + 1 for when in whens if when.count_max}
    if not any(when.min_score for when in whens):
        return [(count, count, count) for count in sorted(bounds)]
    sizes = sorted({0} | bounds)
    triples = [(a, b, c) for a, b, c in product(sizes, repeat=3) if a and a >= b >= c]
    return [counts for counts in triples if counts[low] == counts[0] and (high == 2 or not counts[high + 1])]


def _fits(step: Step, situation: _Situation) -> bool:
    when = step.when
    if when.visibility is not None and situation.visibility not in when.visibility:
        return False
    if when.groups is not None and not when.groups & situation.groups:
        return False
    if when.media is not None and when.media != situation.media:
        return False
    if (when.before and situation.moment >= when.before) or (when.after and situation.moment < when.after):
        return False
    # What the post does not say fits, unless the line would let it pass.
    for asked, said in ((when.networks, situation.network), (when.languages, situation.language)):
        if asked is not None and (said not in asked if said else step.action is Action.ALLOW):
            return False
    count = situation.counts[_LEVELS.index(when.min_score)]
    return count >= when.count_min and (when.count_max is None or count <= when.count_max)
