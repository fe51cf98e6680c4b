"""What would one rule do if a part of it were different? Asked of the code that decides, so that no answer can disagree.

A rule is taken out of its bundle and changed (a condition left out, a ladder of one line); then the inspector judges the
same findings by it. A line that fits is told by its label, because an action alone does not tell which line it came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Protocol

from guard.policy.compile import Bundle, CompiledException, CompiledRule
from guard.policy.findtree import AllNode, AnyNode, EntityNode, FindNode, MatcherNode
from guard.policy.schema import ALWAYS, Scope, Step, When
from guard.types.decision import Action, Decision, Match
from guard.types.finding import Finding
from guard.types.inspection import Facts
from guard.types.post import Post

_FITS = "fits"
WRITTEN: Final = {"languages": "language"}
"""Keys that the file names otherwise than the field of When."""
_NEVER_ENDS = datetime.max.replace(tzinfo=UTC)


class Judges(Protocol):
    """What is needed of guard.inspector.Inspector."""

    def judge(self, post: Post, facts: Facts, findings: Sequence[Finding], bundle: Bundle) -> Decision: ...


def leaves(node: FindNode) -> Iterator[EntityNode | MatcherNode]:
    """The findings that a rule asks for."""
    if isinstance(node, (AllNode, AnyNode)):
        for part in node.parts:
            yield from leaves(part)
    else:
        yield node


def alone(bundle: Bundle, rule: CompiledRule) -> Bundle:
    """A bundle of this rule and nothing else."""
    wanted = list(leaves(rule.find))
    return replace(
        bundle,
        policies=(),
        rules=(rule,),
        by_entity={node.entity: (0,) for node in wanted if isinstance(node, EntityNode)},
        by_matcher={node.matcher: (0,) for node in wanted if isinstance(node, MatcherNode)},
    )


def bare(rule: CompiledRule, find: FindNode | None = None) -> CompiledRule:
    """The rule with nothing but its `find`: no scope, `unless`, exception or ladder."""
    policy = replace(rule.policy, applies_to=Scope())
    source = replace(rule.source, steps=())
    return replace(rule, policy=policy, source=source, find=find or rule.find, near=None, values=(), exceptions=())


def unexcused(rule: CompiledRule) -> CompiledRule:
    """The rule without its `unless` and exceptions."""
    return replace(rule, near=None, values=(), exceptions=())


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One post with what was found in it."""

    judges: Judges
    bundle: Bundle
    post: Post
    facts: Facts
    findings: tuple[Finding, ...]

    def match(self, rule: CompiledRule, findings: Sequence[Finding] | None = None) -> Match | None:
        """What this rule comes to by itself; None where it does not apply or finds nothing."""
        given = self.findings if findings is None else findings
        decision = self.judges.judge(self.post, self.facts, given, alone(self.bundle, rule))
        return next(iter((*decision.matches, *decision.shadow)), None)

    def found(self, rule: CompiledRule, find: FindNode | None = None) -> tuple[Finding, ...]:
        """What the rule's `find`, or another one, asks for, whatever else the rule says."""
        match = self.match(bare(rule, find))
        return match.findings if match else ()

    def parts(self, rule: CompiledRule) -> tuple[Finding, ...]:
        """What any part of the rule's `find` asks for."""
        return self.found(rule, AnyNode(tuple(leaves(rule.find))))

    def enforced(self, rule: CompiledRule) -> bool:
        """Whether the rule is acted on for this author, where it fits."""
        if not (found := self.found(rule)):
            return True
        decision = self.judges.judge(self.post, self.facts, found, alone(self.bundle, bare(rule)))
        return bool(decision.matches)

    def applies(self, rule: CompiledRule, scope: Scope) -> bool:
        """Whether a policy of this scope would look at the post. The rule must find something."""
        plain = bare(rule)
        return self.match(replace(plain, policy=replace(plain.policy, applies_to=scope))) is not None

    def excludes(self, rule: CompiledRule, finding: Finding) -> bool:
        """Whether the rule's `unless` says that this finding does not count."""
        any_leaf = AnyNode(tuple(leaves(rule.find)))
        kept = replace(bare(rule, any_leaf), near=rule.near, near_within=rule.near_within, values=rule.values)
        return self.match(kept, (finding,)) is None

    def fits(self, rule: CompiledRule, step: Step, when: When | None = None) -> bool:
        """Whether a line of the rule's ladder, or one with other conditions, fits what the rule found."""
        line = replace(step, when=step.when if when is None else when, label=_FITS)
        match = self.match(self._ladder(rule, (line,)))
        return match is not None and match.label == _FITS

    def step(self, rule: CompiledRule) -> int | None:
        """Number of the line that decides, from 0, exceptions left aside; None where none fits."""
        numbered = tuple(replace(step, label=str(number)) for number, step in enumerate(rule.source.steps))
        match = self.match(self._ladder(rule, numbered))
        return int(match.label) if match and match.label is not None else None

    def covers(self, rule: CompiledRule, exception: CompiledException, **only: object) -> bool:
        """Whether an exception, of which nothing but the fields given as `only` counts, would let pass what was found."""
        free: dict[str, object] = {"expires": _NEVER_ENDS, "groups": None, "networks": None}
        texts = exception.texts if only.pop("texts", False) else ()
        source = replace(exception.source, **(free | only))  # type: ignore[arg-type]
        match = self.match(replace(rule, exceptions=(CompiledException(source, texts),)))
        return match is not None and match.exception is not None

    def _ladder(self, rule: CompiledRule, steps: tuple[Step, ...]) -> CompiledRule:
        return replace(rule, source=replace(rule.source, steps=steps), exceptions=())


def conditions(step: Step) -> Iterator[tuple[str, When]]:
    """Each condition of a line by itself; a count counts only what is sure enough."""
    when = step.when
    if when.min_score > 0:
        yield "confidence", When(min_score=when.min_score)
    if (when.count_min, when.count_max) != (1, None):
        yield "count", When(min_score=when.min_score, count_min=when.count_min, count_max=when.count_max)
    for name in ("visibility", "networks", "groups", "before", "after", "media", "languages"):
        if getattr(when, name) is not None:
            yield name, replace(ALWAYS, **{name: getattr(when, name)})


def acts(match: Match | None) -> bool:
    """Whether a rule came to more than letting pass."""
    return match is not None and match.action > Action.ALLOW
