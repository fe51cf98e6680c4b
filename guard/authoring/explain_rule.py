"""Why one rule came to what it came to: lines tried, what was passed over, what nearly was otherwise.

Every answer comes from judging a changed rule (whatif.py); the words here only say which change it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from guard.authoring.whatif import WhatIf, conditions, leaves
from guard.errors import Location
from guard.policy.compile import CompiledException, CompiledRule, near_words
from guard.policy.findtree import AllNode, AnyNode, EntityNode, FindNode, MatcherNode, places
from guard.policy.globs import glob
from guard.policy.schema import ModeKind, Scope, When
from guard.types.finding import Finding
from guard.types.inspection import Facts
from guard.types.post import Post
from guard.types.topic import ENTITY as TOPIC

_SCOPE: Final = ("networks", "groups", "accounts", "languages")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was passed over, or nearly was found or fitted, and why."""

    kind: str
    """`suppressed`: found and passed over. `near miss`: nearly found. `note`: worth knowing."""
    words: str
    start: int | None = None
    """Place in the text, in characters from 0; None where it is about no place."""
    end: int | None = None
    at: str = ""
    """Where in the policy file."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ladder."""

    number: int
    at: str
    action: str
    state: str
    """`decides`, `does not fit`, or `not reached`."""
    but_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """One rule and this post."""

    policy: str
    rule: str
    at: str
    mode: str
    confidential: bool
    action: str | None
    """None: it does not apply, or finds nothing that counts."""
    acted: bool
    """False: only recorded (shadow, or outside the canary share)."""
    places: tuple[tuple[int, int], ...]
    lines: tuple[Line, ...]
    events: tuple[Event, ...]

    @property
    def id(self) -> str:
        return f"{self.policy}/{self.rule}"


def confidence(score: float) -> str:
    """The word that policies use for a score."""
    return "high" if score >= 0.8 else "medium" if score >= 0.5 else "low"


def trace_rule(what: WhatIf, rule: CompiledRule, near: Iterable[Event] = ()) -> RuleTrace:
    """The rule on this post; `near` are near misses of its detectors."""
    found = what.found(rule)
    match = what.match(rule)
    events: list[Event] = []
    lines: tuple[Line, ...] = ()
    if found:
        events += _out_of_scope(what, rule)
        events += _excluded(what, rule)
        if match:
            events += _exceptions(what, rule, match.exception)
            lines = _lines(what, rule, match.findings) if match.exception is None else ()
            events += _roll_out(what, rule)
    else:
        events += _parts_missing(what, rule)
    events += near
    return RuleTrace(
        policy=rule.policy.id,
        rule=rule.source.id,
        at=in_file(rule.source.location),
        mode=rule.source.mode.kind.value,
        confidential=rule.policy.confidential,
        action=match.action.word if match else None,
        acted=match is None or what.enforced(rule),
        places=tuple(sorted({(f.span.start, f.span.end) for f in match.findings})) if match else (),
        lines=lines,
        events=tuple(events),
    )


def in_file(location: Location) -> str:
    """Place in a file, without the field: `client-x.yaml:31:9`."""
    return str(replace(location, field=None))


# --- what the rule looks for ---------------------------------------------------------------------------------------


def _parts_missing(what: WhatIf, rule: CompiledRule) -> Iterator[Event]:
    """Why a `find` whose parts were found in part is not fulfilled."""
    at = in_file(rule.source.find.location)
    for node in _nodes(rule.find):
        if isinstance(node, AllNode):
            yield from _all_of(what, rule, node, at)
        elif isinstance(node, EntityNode) and node.min_score and not what.found(rule, node):
            for finding in what.found(rule, replace(node, min_score=0.0)):
                asked = f"`at_least: {confidence(node.min_score)}`"
                words = f"the topic {finding.subtype}, but with confidence {confidence(finding.score)}, not {asked}"
                yield Event("near miss", words, finding.span.start, finding.span.end, at)
        elif isinstance(node, EntityNode) and node.subtype is not None and not what.found(rule, node):
            for finding in what.found(rule, replace(node, subtype=None)):
                words = f"{node.entity}, but of the kind {finding.subtype or 'none'}, not `subtype: {node.subtype}`"
                yield Event("near miss", words, finding.span.start, finding.span.end, at)


def _all_of(what: WhatIf, rule: CompiledRule, node: AllNode, at: str) -> Iterator[Event]:
    present = [what.found(rule, part) for part in node.parts]
    if all(present):
        if node.within is not None and not what.found(rule, node):
            words = f"all {len(node.parts)} parts of `all_of`, but farther apart than `within: {node.within}`"
            start = min(f.span.start for part in present for f in part)
            end = max(f.span.end for part in present for f in part)
            yield Event("near miss", words, start, end, at)
    elif any(present):
        missing = ", ".join(str(number) for number, part in enumerate(present, start=1) if not part)
        count = sum(map(bool, present))
        words = f"{count} of {len(present)} parts of `all_of`, but part {missing} is missing"
        yield Event("near miss", words, at=at)


def _nodes(node: FindNode) -> Iterator[FindNode]:
    yield node
    if isinstance(node, (AllNode, AnyNode)):
        for part in node.parts:
            yield from _nodes(part)


# --- what does not count -------------------------------------------------------------------------------------------


def _out_of_scope(what: WhatIf, rule: CompiledRule) -> Iterator[Event]:
    scope = rule.policy.applies_to
    if what.applies(rule, scope):
        return
    for name in _SCOPE:
        wanted = getattr(scope, name)
        if wanted is not None and not what.applies(rule, replace(Scope(), **{name: wanted})):
            words = f"`applies_to`: {name} {', '.join(sorted(wanted))}; {_here(name, what.post, what.facts)}"
            yield Event("suppressed", words, at=in_file(rule.policy.location))


def _here(name: str, post: Post, facts: Facts) -> str:
    """What the post is where a condition names something else."""
    if name == "groups":
        return f"the author is in {', '.join(sorted(facts.groups)) or 'none'}"
    if name == "accounts":
        return "the author has another account"
    if name == "visibility":
        return f"the post is {post.visibility.value}"
    if name == "media":
        return "a file is attached" if post.attachments else "no file is attached"
    said = post.network if name == "networks" else post.language
    return f"the post {'goes to' if name == 'networks' else 'is in'} {said or 'one that is not known'}"


def _excluded(what: WhatIf, rule: CompiledRule) -> Iterator[Event]:
    unless = rule.source.unless
    if unless is None:
        return
    at = in_file(unless.location)
    for finding in what.parts(rule):
        if what.excludes(rule, finding):
            yield Event("suppressed", _unless_words(what, rule, finding), finding.span.start, finding.span.end, at)


def _unless_words(what: WhatIf, rule: CompiledRule, finding: Finding) -> str:
    """Which word or pattern of `unless` it was; unnamed where it is confidential."""
    unless = rule.source.unless
    if unless is None:
        return ""
    by_value = [
        value for value in unless.value if what.excludes(replace(rule, near=None, values=(glob(value),)), finding)
    ]
    by_word = [
        word for word in unless.near if what.excludes(replace(rule, near=near_words((word,)), values=()), finding)
    ]
    if rule.policy.confidential:
        return f"`unless {'value' if by_value else 'near'}`"
    if by_value:
        return f"`unless value`: it looks like {', '.join(by_value)}"
    where = "in the text" if finding.entity_type == TOPIC else f"within {unless.within} characters"
    return f"`unless near`: {', '.join(by_word)} stands {where}"


# --- exceptions ----------------------------------------------------------------------------------------------------


def _exceptions(what: WhatIf, rule: CompiledRule, used: str | None) -> Iterator[Event]:
    for exception in rule.exceptions:
        source = exception.source
        at = in_file(source.location)
        if source.id == used:
            until = f", until {source.expires.isoformat()}" if source.expires else ""
            words = f"exception {source.id} lets it pass (approved by {source.approved_by}{until})"
            yield Event("suppressed", words, at=at)
            return
        why = "; ".join(_not_covered(what, rule, exception))
        yield Event("note", f"exception {source.id} does not apply: {why}", at=at)


def _not_covered(what: WhatIf, rule: CompiledRule, exception: CompiledException) -> Iterator[str]:
    source = exception.source
    if not what.covers(rule, exception, expires=source.expires):
        yield f"it expired on {source.expires.isoformat()}" if source.expires else "it has no readable `expires`"
    for name in ("groups", "networks"):
        wanted = getattr(source, name)
        if wanted is not None and not what.covers(rule, exception, **{name: wanted}):
            yield f"{name} {', '.join(sorted(wanted))}, and {_here(name, what.post, what.facts)}"
    if exception.texts and not what.covers(rule, exception, texts=True):
        yield "the text looks like none of its patterns"


# --- the ladder ----------------------------------------------------------------------------------------------------


def _lines(what: WhatIf, rule: CompiledRule, found: Sequence[Finding]) -> tuple[Line, ...]:
    decided = what.step(rule)
    lines = []
    for number, step in enumerate(rule.source.steps):
        at, action = in_file(step.location), step.action.word
        if number == decided:
            lines.append(Line(number + 1, at, action, "decides"))
        elif decided is not None and number > decided:
            lines.append(Line(number + 1, at, action, "not reached"))
        else:
            but_for = tuple(
                _condition_words(name, when, what, found)
                for name, when in conditions(step)
                if not what.fits(rule, step, when)
            )
            lines.append(Line(number + 1, at, action, "does not fit", but_for))
    return tuple(lines)


def _condition_words(name: str, when: When, what: WhatIf, found: Sequence[Finding]) -> str:
    """A condition that does not hold, and how it is instead."""
    if name == "confidence":
        best = max((finding.score for finding in found), default=0.0)
        return f"confidence {confidence(when.min_score)}: found with {confidence(best)}"
    if name == "count":
        sure = [finding for finding in found if not finding.score < when.min_score]
        return f"count {_count_words(when)}: {_counted(places(sure))}"
    if name in {"before", "after"}:
        moment: datetime = getattr(when, name)
        return f"{name} {moment.isoformat()}: it is {what.facts.now.isoformat()}"
    wanted = getattr(when, name)
    said = str(wanted).lower() if isinstance(wanted, bool) else ", ".join(sorted(map(str, wanted)))
    return f"{name} {said}: {_here(name, what.post, what.facts)}"


def _count_words(when: When) -> str:
    if when.count_max is None:
        return f"{when.count_min}+"
    return str(when.count_min) if when.count_min == when.count_max else f"{when.count_min}-{when.count_max}"


def _counted(count: int) -> str:
    return "1 place is found" if count == 1 else f"{count} places are found"


def _roll_out(what: WhatIf, rule: CompiledRule) -> Iterator[Event]:
    if what.enforced(rule):
        return
    mode = rule.source.mode
    if mode.kind is ModeKind.CANARY:
        words = f"mode canary: the author is outside the {mode.percent} % of accounts; recorded, not acted on"
    else:
        words = f"mode {mode.kind.value}: recorded, not acted on"
    yield Event("suppressed", words, at=in_file(rule.source.location))


def matchers_of(rule: CompiledRule) -> list[str]:
    """Ids of the matchers that are the rule's own."""
    return [node.matcher for node in leaves(rule.find) if isinstance(node, MatcherNode)]
