"""Lint of what happens: steps that no post can reach, patterns that take too long."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from guard.authoring.lint.finding import Case, Remark
from guard.authoring.lint.patterns import Proof, slow_text
from guard.authoring.lint.situations import ANY, SURE, Reach, reaches
from guard.detect import catalogue
from guard.policy.compile import CompiledRule, finds
from guard.policy.schema import AllOf, AnyOf, EntityFind, Find, RegexFind, SealedFind, Step, TermsFind

_SHOWN = 40


def unreachable_steps(case: Case) -> list[Remark]:
    """Steps whose conditions can hold, but only for posts that an earlier step takes."""
    return [
        Remark(
            step.location,
            "no post reaches this step: those that it fits are all taken by the steps above",
            "put the narrower step first, or remove this one",
        )
        for _, step, reach in _steps(case)
        if reach.holds and not reach.reached
    ]


def impossible_conditions(case: Case) -> list[Remark]:
    """Steps that fit no post at all."""
    return [
        Remark(step.location, _why_never(rule, step, case), "change the condition, or remove the step")
        for rule, step, reach in _steps(case)
        if not reach.holds
    ]


def _steps(case: Case) -> Iterator[tuple[CompiledRule, Step, Reach]]:
    for rule in case.bundle.rules:
        levels = _levels(rule.source.find, built_in=case.inspector.inline)
        known = reaches(rule.source.steps, rule.policy.applies_to, levels)
        for step, reach in zip(rule.source.steps, known, strict=True):
            yield rule, step, reach


def _why_never(rule: CompiledRule, step: Step, case: Case) -> str:
    """Which condition it is, where one alone does it."""
    when, scope = step.when, rule.policy.applies_to
    if when.min_score and _levels(rule.source.find, built_in=case.inspector.inline)[1] < 2:
        return "no post fits this step: what this rule looks for is never found with that confidence"
    for name, asked, allowed in (
        ("networks", when.networks, scope.networks),
        ("language", when.languages, scope.languages),
    ):
        if asked is not None and allowed is not None and not asked & allowed:
            return f"no post fits this step: its `{name}` are none that the policy applies to"
    if when.before and when.after and when.after >= when.before:
        return "no post fits this step: `after` is not earlier than `before`"
    return "no post fits this step: its conditions exclude one another, or the policy's scope"


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


def _shown(proof: Proof, *, confidential: bool) -> str:
    time = f"{proof.seconds:.2f} s" if proof.finished else f"more than {proof.seconds:.1f} s"
    first, last = proof.part
    part = f"characters {first} to {last} of the pattern repeat too freely"
    if confidential:
        return f"this pattern needs {time} for a text of {len(proof.text)} characters: {part}"
    pieces = [f"{proof.again!r} {proof.times} times"]
    pieces[:0] = [f"{proof.before[:_SHOWN]!r}"] if proof.before else []
    pieces += [f"{proof.after[:_SHOWN]!r}"] if proof.after else []
    return f"this pattern needs {time} for {', then '.join(pieces)}: {part}"


def _advice(proof: Proof) -> str:
    if proof.nested:
        return "a repeat stands inside a repeat: let a sign that must come stand between the two, or drop one of them"
    return "limit the repeat, as {1,20}, and let what follows begin with something that the repeat cannot take"
