"""Which conditions of a ladder's lines the examples reach: each value of a list, and each condition by which a line lets go.

Two gaps that a reached line hides: `visibility: [public, unlisted]` of which every example is public, and a condition that
could be left out without any example's coming out differently.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from guard.authoring.whatif import WRITTEN, WhatIf, conditions, leaves
from guard.policy.compile import CompiledRule
from guard.policy.findtree import MatcherNode
from guard.policy.schema import ALWAYS, Step, When
from guard.words.texts import Phrase

Decided = tuple[WhatIf, int | None]
"""An example of which the rule found something, and the number of the line that decides, from 0."""
_LISTS: Final = ("visibility", "networks", "groups", "languages")
_PARTS: Final = {"confidence": ("min_score",), "count": ("count_min", "count_max")}
_Value = TypeVar("_Value", bound=str)


def reached_in_when(rule: CompiledRule, number: int, decided: Sequence[Decided]) -> Iterator[tuple[str, Phrase, bool]]:
    """Kind, words and whether an example reaches it, of every part of the line's `when`."""
    step = rule.source.steps[number]
    for name in _LISTS:
        for value, narrowed in singles(getattr(step.when, name)):
            words = Phrase("coverage.line-value", number=number + 1, name=WRITTEN.get(name, name), value=value)
            yield "value", words, _by_value(rule, number, name, narrowed, decided)
    sure = all(isinstance(leaf, MatcherNode) for leaf in leaves(rule.find))  # then no example can lack confidence
    named = [name for name, _ in conditions(step) if not (name == "confidence" and sure)]
    if len(named) == 1 and step is not rule.source.steps[-1]:
        return  # posts that it does not fit come to the lines below: that these are reached tells the same
    for name in named:
        words = Phrase("coverage.line-without", number=number + 1, name=WRITTEN.get(name, name))
        yield "condition", words, _lets_go(rule, number, _without(step.when, name), decided)


def singles(values: frozenset[_Value] | None) -> Iterator[tuple[_Value, frozenset[_Value]]]:
    """Each value of a list of several with a list of nothing else: of a list of one, what uses the list tells."""
    for value in sorted(values) if values and len(values) > 1 else ():
        yield value, frozenset({value})


def _by_value(rule: CompiledRule, number: int, name: str, narrowed: frozenset[str], decided: Sequence[Decided]) -> bool:
    """Whether the line decides about an example by this value alone: not where the post does not say (a language)."""
    when = rule.source.steps[number].when
    only, none = (_with(rule, number, _given(when, {name: each})) for each in (narrowed, frozenset[str]()))
    return any(by == number and run.step(only) == number != run.step(none) for run, by in decided)


def _lets_go(rule: CompiledRule, number: int, without: When, decided: Sequence[Decided]) -> bool:
    """Whether some example would be decided by this line if it had one condition less."""
    looser = _with(rule, number, without)
    return any(by != number and run.step(looser) == number for run, by in decided)


def _without(when: When, name: str) -> When:
    return _given(when, {field: getattr(ALWAYS, field) for field in _PARTS.get(name, (name,))})


def _given(when: When, changed: dict[str, Any]) -> When:
    return replace(when, **changed)


def _with(rule: CompiledRule, number: int, when: When) -> CompiledRule:
    """The rule with another condition in one line."""
    steps: list[Step] = list(rule.source.steps)
    steps[number] = replace(steps[number], when=when)
    return replace(rule, source=replace(rule.source, steps=tuple(steps)))
