"""The slips that are known, as a file that can only grow shorter: counts by rule and disguise, no text of any example."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from guard.authoring.evade import Evaded
from guard.errors import UsageError
from guard.words.texts import Phrase

Known = Mapping[str, Mapping[str, int]]
"""Slipped examples by rule and disguise."""
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Change:
    """A disguise of a rule that more or fewer examples slip through in than the file says."""

    rule: str
    disguise: str
    known: int
    now: int


def slips_of(evaded: Iterable[Evaded]) -> dict[str, dict[str, int]]:
    """What the file would hold now."""
    counts = {each.id: dict(sorted(Counter(slip.disguise for slip in each.slips).items())) for each in evaded}
    return {rule: slips for rule, slips in sorted(counts.items()) if slips}


def changes(known: Known, now: Known) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """What is worse and what is better than known."""
    # of two that are equal the set keeps the first, and only those of `now` can be told in French
    pairs = sorted({(rule, disguise) for each in (now, known) for rule in each for disguise in each[rule]})
    found = [
        Change(rule, name, known.get(rule, {}).get(name, 0), now.get(rule, {}).get(name, 0)) for rule, name in pairs
    ]
    worse = tuple(change for change in found if change.now > change.known)
    return worse, tuple(change for change in found if change.now < change.known)


def lowered(known: Known, now: Known) -> dict[str, dict[str, int]]:
    """The lesser of both: what `--update` may write."""
    low = {
        rule: {name: min(count, now.get(rule, {}).get(name, 0)) for name, count in slips.items()}
        for rule, slips in known.items()
    }
    shorter = {rule: {name: count for name, count in slips.items() if count} for rule, slips in low.items()}
    return {rule: slips for rule, slips in shorter.items() if slips}


def written(slips: Known) -> str:
    """The file's text, the same for the same slips."""
    return json.dumps({"version": _VERSION, "slips": slips}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read(text: str | bytes) -> dict[str, dict[str, int]]:
    """The slips of a file. UsageError when it is none of ours."""
    try:
        document = json.loads(text)
        if document["version"] != _VERSION:
            raise ValueError
        slips: dict[str, dict[str, int]] = document["slips"]
        counts = [count for each in slips.values() for count in each.values()]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        counts = [-1]
    if not all(type(count) is int and count > 0 for count in counts):
        raise UsageError(Phrase("evade.no-ratchet"), hint=Phrase("evade.do.anew"))
    return slips
