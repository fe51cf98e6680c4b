"""Which parts of a rule its own examples reach: lines of the ladder and their conditions, terms, alternatives, `unless`
words, exceptions.

A part is reached when an example would come out differently without it, or by it alone. Known gaps (`todo`) prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from guard.authoring.coverage_find import reached_in_find
from guard.authoring.coverage_when import reached_in_when, singles
from guard.authoring.explain_rule import in_file
from guard.authoring.suite import example_facts, example_post
from guard.authoring.whatif import Judges, WhatIf, unexcused
from guard.errors import Location
from guard.policy.compile import Bundle, CompiledException, CompiledPolicy, CompiledRule, near_words
from guard.policy.globs import glob
from guard.policy.schema import Example, Policy, PolicyException
from guard.types.finding import Finding
from guard.types.inspection import DetectorFailure, Facts
from guard.types.matcher import Matcher
from guard.types.post import Post
from guard.words.texts import Phrase


class Inspects(Judges, Protocol):
    """What is needed of guard.inspector.Inspector."""

    def find(self, post: Post, facts: Facts) -> tuple[tuple[Finding, ...], tuple[DetectorFailure, ...]]: ...


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a rule or exception, and whether an example reaches it."""

    kind: str
    words: str
    """A phrase, or the name of a file beside the policy."""
    at: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Covered:
    """A rule or exception with its parts."""

    policy: str
    name: str
    at: str
    parts: tuple[Part, ...]

    @property
    def reached(self) -> int:
        return sum(part.reached for part in self.parts)


@dataclass(frozen=True, slots=True)
class Coverage:
    """All rules and exceptions of a folder."""

    rules: tuple[Covered, ...]

    @property
    def total(self) -> int:
        return sum(len(rule.parts) for rule in self.rules)

    @property
    def reached(self) -> int:
        return sum(rule.reached for rule in self.rules)


def percent(reached: int, total: int) -> str:
    """A share with one decimal, never rounded up: 99.9 is not 100."""
    tenths = 1000 * reached // total if total else 1000
    return f"{tenths // 10}.{tenths % 10}"


def coverage(inspector: Inspects, bundle: Bundle) -> Coverage:
    """What the examples of all rules that are not off, and of all exceptions, reach."""
    matchers = {matcher.id: matcher for matcher in bundle.matchers}
    found: list[Covered] = []
    for policy in bundle.policies:
        found += [_rule(inspector, bundle, rule, matchers) for rule in policy.rules]
        found += [_exception(inspector, bundle, policy, exception) for exception in policy.source.exceptions]
    return Coverage(tuple(found))


def _runs(inspector: Inspects, bundle: Bundle, policy: Policy, examples: Sequence[Example]) -> list[WhatIf]:
    runs = []
    for example in examples:
        if not example.todo:
            post, facts = example_post(policy, example), example_facts(policy, example)
            runs.append(WhatIf(inspector, bundle, post, facts, inspector.find(post, facts)[0]))
    return runs


def _covered(policy: Policy, name: str, place: Location, parts: Iterator[Part]) -> Covered:
    return Covered(policy.id, name, in_file(place), tuple(parts))


# --- rules ---------------------------------------------------------------------------------------------------------


def _rule(inspector: Inspects, bundle: Bundle, rule: CompiledRule, matchers: dict[str, Matcher]) -> Covered:
    source = rule.source
    matching = _runs(inspector, bundle, rule.policy, source.match)
    runs = matching + _runs(inspector, bundle, rule.policy, source.no_match)

    def parts() -> Iterator[Part]:
        yield from _lines(rule, runs)
        for kind, words, place, reached in reached_in_find(rule, runs, matchers):
            yield Part(kind, words, in_file(place), reached)
        yield from _unless(rule, runs)

    return _covered(rule.policy, source.id, source.location, parts())


def _lines(rule: CompiledRule, runs: Sequence[WhatIf]) -> Iterator[Part]:
    decided = [(run, run.step(rule)) for run in runs if (match := run.match(rule)) and match.exception is None]
    for number, step in enumerate(rule.source.steps):
        line = Phrase("coverage.line", number=number + 1, action=step.action.word)
        yield Part("line", line, in_file(step.location), any(by == number for _, by in decided))
        for kind, words, reached in reached_in_when(rule, number, decided):
            yield Part(kind, words, in_file(step.location), reached)


def _unless(rule: CompiledRule, runs: Sequence[WhatIf]) -> Iterator[Part]:
    unless = rule.source.unless
    if unless is None:
        return
    at, secret = in_file(unless.location), rule.policy.confidential
    for number, word in enumerate(unless.near, start=1):
        alone = replace(unexcused(rule), near=near_words((word,)))
        words = Phrase("coverage.unless-near", word=str(number) if secret else word)
        yield Part("unless", words, at, _excludes(alone, runs))
    for number, value in enumerate(unless.value, start=1):
        alone = replace(unexcused(rule), values=(glob(value),))
        words = Phrase("coverage.unless-value", value=str(number) if secret else value)
        yield Part("unless", words, at, _excludes(alone, runs))


def _excludes(rule: CompiledRule, runs: Sequence[WhatIf]) -> bool:
    """Whether an example comes out differently with this part of `unless` than with none."""
    return any(run.match(rule) != run.match(unexcused(rule)) for run in runs)


# --- exceptions ----------------------------------------------------------------------------------------------------


def _exception(inspector: Inspects, bundle: Bundle, policy: CompiledPolicy, exception: PolicyException) -> Covered:
    runs = _runs(inspector, bundle, policy.source, exception.match)
    used = [(run, rule) for run in runs for rule in policy.rules if _is_used(run, rule, exception)]
    at = in_file(exception.location)

    def parts() -> Iterator[Part]:
        yield Part("exception", Phrase("coverage.exception-use"), at, bool(used))
        for name in sorted(exception.rules or ()):
            yield Part(
                "exception",
                Phrase("coverage.exception-rule", rule=name),
                at,
                any(rule.source.id == name for _, rule in used),
            )
        for name in ("groups", "networks"):
            for value, narrowed in singles(getattr(exception, name)):
                reached = any(
                    run.covers(rule, CompiledException(exception, ()), **{name: narrowed}) for run, rule in used
                )
                yield Part("value", Phrase("coverage.value", name=name, value=value), at, reached)
        for number, text in enumerate(exception.text, start=1):
            alone = CompiledException(exception, (glob(text),))
            reached = any(run.covers(rule, alone, texts=True) for run, rule in used)
            words = Phrase("coverage.exception-text", text=str(number) if policy.source.confidential else text)
            yield Part("exception", words, at, reached)

    return _covered(policy.source, exception.id, exception.location, parts())


def _is_used(run: WhatIf, rule: CompiledRule, exception: PolicyException) -> bool:
    match = run.match(rule)
    return match is not None and match.exception == exception.id
