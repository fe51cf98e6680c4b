"""What each rule costs a post, and the text that costs most: `guard policy bench`.

A rule's cost is that of searching for what it names, in a text already normalised, and of deciding. Rules that name the
same entity share that search in the gate, so that all rules together cost less than their sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from guard.authoring.bench_texts import hostile, nearly
from guard.authoring.explain_rule import in_file, matchers_of
from guard.authoring.suite import example_facts, example_post
from guard.authoring.whatif import Judges, WhatIf, alone, leaves
from guard.detect.base import Hit
from guard.detect.dictionary.scanner import DictionaryScanner
from guard.detect.patterns import catalogue
from guard.detect.patterns.catalogue import Pattern
from guard.detect.patterns.scanner import PatternScanner
from guard.policy.compile import Bundle, CompiledRule
from guard.policy.findtree import EntityNode
from guard.text.normalize import NormalizedText, normalize
from guard.types.finding import Finding
from guard.types.inspection import DetectorFailure, Facts, Inspection
from guard.types.matcher import RegexMatcher, TermsMatcher
from guard.types.post import Post
from guard.words.texts import Phrase

Clock = Callable[[], float]
"""Seconds of processor time, counted from anywhere."""
_REPEATS: Final = 5
_AGAIN: Final = 3
"""Slowest texts that are timed again, and how often: one slow run may have other reasons."""


class Inspects(Judges, Protocol):
    """What is needed of guard.inspector.Inspector."""

    def inspect(self, post: Post, facts: Facts) -> Inspection: ...

    def find(self, post: Post, facts: Facts) -> tuple[tuple[Finding, ...], tuple[DetectorFailure, ...]]: ...


class Search(Protocol):
    """Part of what a rule looks for."""

    def __call__(self, text: NormalizedText) -> list[Hit]: ...


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one rule."""

    rule: str
    at: str
    post_us: float
    """Microseconds of processor time for a post as the examples are."""
    worst: str
    """What the costliest text is made of. Quotes no example."""
    worst_ms: float
    unfinished: bool
    """Whether some text reaches the time limit of a pattern; such a post is always held."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Of a folder."""

    posts: int
    """Example posts timed."""
    all_us: float
    """Inspecting a post by all rules together: reading, searching, deciding."""
    rules: tuple[Cost, ...]


def bench(inspector: Inspects, bundle: Bundle, clock: Clock) -> Costs:
    """Time every rule that is not off. The clock is the caller's, so that this stays free of any."""
    cases = [
        (example_post(rule.policy, example), example_facts(rule.policy, example))
        for rule in bundle.rules
        for example in (*rule.source.match, *rule.source.no_match)
    ]
    patterns = catalogue.shipped()
    whole = _least(clock, _REPEATS, lambda: [inspector.inspect(post, facts) for post, facts in cases])
    inspected = [WhatIf(inspector, bundle, *case, inspector.find(*case)[0]) for case in cases]
    each = tuple(_cost(rule, bundle, inspected, patterns, clock) for rule in bundle.rules)
    return Costs(len(cases), whole * 1e6 / max(len(cases), 1), each)


def _least(clock: Clock, repeats: int, work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(repeats):
        started = clock()
        work()
        best = min(best, clock() - started)
    return best


def _cost(
    rule: CompiledRule, bundle: Bundle, cases: Sequence[WhatIf], patterns: Sequence[Pattern], clock: Clock
) -> Cost:
    searches = list(_searches(rule, bundle, patterns))
    texts = [normalize(case.post.segments[0].text) for case in cases]

    only = alone(bundle, rule)

    def ordinary() -> None:
        for case, text in zip(cases, texts, strict=True):
            for search in searches:
                search(text)
            case.judges.judge(case.post, case.facts, case.findings, only)

    post_us = _least(clock, _REPEATS, ordinary) * 1e6 / max(len(cases), 1)
    worst, worst_s, unfinished = _worst(rule, searches, clock)
    place = in_file(rule.source.location)
    return Cost(f"{rule.policy.id}/{rule.source.id}", place, post_us, worst, worst_s * 1e3, unfinished)


def _searches(rule: CompiledRule, bundle: Bundle, patterns: Sequence[Pattern]) -> Iterator[Search]:
    """What the detectors do on behalf of this rule."""
    own = matchers_of(rule)
    matchers = [matcher for matcher in bundle.matchers if matcher.id in own]
    if terms := [matcher for matcher in matchers if isinstance(matcher, TermsMatcher)]:
        yield DictionaryScanner(terms).scan
    wanted = {(node.entity, node.subtype) for node in leaves(rule.find) if isinstance(node, EntityNode)}
    named = [p for p in patterns if (p.entity, None) in wanted or (p.entity, p.subtype) in wanted]
    regexes = [matcher for matcher in matchers if isinstance(matcher, RegexMatcher)]
    if named or regexes:
        scanner = PatternScanner(named, regexes)
        yield lambda text: scanner.scan(text.plain)


def _worst(rule: CompiledRule, searches: Sequence[Search], clock: Clock) -> tuple[str, float, bool]:
    """Name and seconds of the costliest text, and whether any search was given up."""
    unfinished = False
    timed: list[tuple[float, str, NormalizedText]] = []

    def search_all(text: NormalizedText) -> None:
        nonlocal unfinished
        for search in searches:
            unfinished |= any(hit.explanation == "time limit reached" for hit in search(text))

    for name, text in _hostile(rule):
        view = normalize(text)
        timed.append((_least(clock, 1, partial(search_all, view)), name, view))
    timed.sort(key=lambda one: -one[0])
    again = [(_least(clock, _AGAIN, partial(search_all, view)), name) for _, name, view in timed[:_AGAIN]]
    seconds, name = max(again, default=(0.0, ""))
    return name, seconds, unfinished


def _hostile(rule: CompiledRule) -> Iterator[tuple[str, str]]:
    yield from hostile().items()
    for example in rule.source.match:
        for name, text in nearly(example):
            yield Phrase("bench.nearly", place=in_file(example.location), text=name), text
