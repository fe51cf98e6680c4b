"""Lint of what happens: steps that no post can reach, patterns that take too long."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from guard.authoring.lint.finding import Case, Remark
from guard.authoring.lint.patterns import Proof, slow_text
from guard.authoring.lint.situations import ANY, SURE, Reach, reaches
from guard.detect.patterns import catalogue
from guard.policy.compile import CompiledRule, finds
from guard.policy.schema import AllOf, AnyOf, EntityFind, Find, RegexFind, SealedFind, Step, TermsFind
from guard.words.texts import Phrase

_SHOWN = 40


def unreachable_steps(case: Case) -> list[Remark]:
    """Steps whose conditions can hold, but only for posts that an earlier step takes."""
    return [
        Remark(step.location, Phrase("lint.unreached"), Phrase("lint.do.narrower-first"))
        for _, step, reach in _steps(case)
        if reach.holds and not reach.reached
    ]


def impossible_conditions(case: Case) -> list[Remark]:
    """Steps that fit no post at all."""
    return [
        Remark(step.location, _why_never(rule, step, case), Phrase("lint.do.change-condition"))
        for rule, step, reach in _steps(case)
        if not reach.holds
    ]


def _steps(case: Case) -> Iterator[tuple[CompiledRule, Step, Reach]]:
    for rule in case.bundle.rules:
        levels = _levels(rule.source.find, built_in=case.inspector.inline)
        known = reaches(rule.source.steps, rule.policy.applies_to, levels)
        for step, reach in zip(rule.source.steps, known, strict=True):
            yield rule, step, reach


def _why_never(rule: CompiledRule, step: Step, case: Case) -> Phrase:
    """Which condition it is, where one alone does it."""
    when, scope = step.when, rule.policy.applies_to
    if when.min_score and _levels(rule.source.find, built_in=case.inspector.inline)[1] < 2:
        return Phrase("lint.never-sure")
    for name, asked, allowed in (
        ("networks", when.networks, scope.networks),
        ("language", when.languages, scope.languages),
    ):
        if asked is not None and allowed is not None and not asked & allowed:
            return Phrase("lint.outside-scope", name=name)
    if when.before and when.after and when.after >= when.before:
        return Phrase("lint.after-before")
    return Phrase("lint.excludes-itself")


def _levels(find: Find, *, built_in: bool) -> tuple[int, int]:
    """Lowest and highest confidence that this can be found with: 0 low, 1 medium, 2 high."""
    if isinstance(find, (TermsFind, RegexFind, SealedFind)):
        return SURE
    if isinstance(find, EntityFind):
        if find.min_score:
            return sum(find.min_score >= bound for bound in (0.5, 0.8)), 2
        return _entity_levels(find.entity, find.subtype) if built_in else ANY
    if isinstance(find, (AllOf, AnyOf)):
        parts = [_levels(part, built_in=built_in) for part in find.parts] or [ANY]
        return min(low for low, _ in parts), max(high for _, high in parts)
    return ANY


@lru_cache(maxsize=512)
def _entity_levels(entity: str, subtype: str | None) -> tuple[int, int]:
    """As the catalogue's scores say; anything where another detector gives this."""
    scores = [
        score
        for pattern in _catalogue()
        if pattern.entity == entity and subtype in {None, pattern.subtype}
        for score in (pattern.score, pattern.score if pattern.context_score is None else pattern.context_score)
    ]
    if not scores:
        return ANY
    # Only the highest is certain: a value met in another reading of the text may count for less.
    return 0, sum(max(scores) >= bound for bound in (0.5, 0.8))


@lru_cache(maxsize=1)
def _catalogue() -> tuple[catalogue.Pattern, ...]:
    return catalogue.shipped()


def slow_patterns(case: Case) -> list[Remark]:
    """Regular expressions that take too long on a text no longer than a post."""
    found: list[Remark] = []
    for rule in case.bundle.rules:
        patterns = [find for find in finds(rule.source.find) if isinstance(find, RegexFind)]
        proofs = [(find, proof) for find in patterns if (proof := slow_text(find.pattern))]
        secret = rule.policy.confidential
        found += [Remark(find.location, _shown(proof, confidential=secret), _advice(proof)) for find, proof in proofs]
    return found


def _shown(proof: Proof, *, confidential: bool) -> Phrase:
    time = Phrase("lint.seconds" if proof.finished else "lint.seconds-more", seconds=proof.seconds)
    first, last = proof.part
    text = Phrase("lint.text-length", size=len(proof.text)) if confidential else _recipe(proof)
    return Phrase("lint.slow", time=time, text=text, first=first, last=last)


def _recipe(proof: Proof) -> Phrase:
    """The text that takes so long, told so that it can be made again."""
    told = Phrase("lint.text-again", again=repr(proof.again), times=proof.times)
    if proof.before:
        told = Phrase("lint.text-then", one=repr(proof.before[:_SHOWN]), other=told)
    return Phrase("lint.text-then", one=told, other=repr(proof.after[:_SHOWN])) if proof.after else told


def _advice(proof: Proof) -> Phrase:
    return Phrase("lint.do.nested" if proof.nested else "lint.do.limit")
