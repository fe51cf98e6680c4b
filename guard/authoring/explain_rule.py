"""Why one rule came to what it came to: lines tried, what was passed over, what nearly was otherwise.

Every answer comes from judging a changed rule (whatif.py); the words here only say which change it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final

from guard.authoring.explain_near import together
from guard.authoring.explain_words import confidence, count_asked, sure
from guard.authoring.whatif import WRITTEN, WhatIf, conditions, leaves
from guard.errors import Location
from guard.policy.compile import CompiledException, CompiledRule, near_words
from guard.policy.findtree import AllNode, AnyNode, EntityNode, FindNode, MatcherNode, places
from guard.policy.globs import glob
from guard.policy.moments import as_written
from guard.policy.schema import ModeKind, Scope, Unless, When
from guard.types.finding import Finding
from guard.types.inspection import Facts
from guard.types.post import Post
from guard.types.topic import ENTITY as TOPIC
from guard.words.texts import Phrase

_SCOPE: Final = ("networks", "groups", "accounts", "languages")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was passed over, or nearly was found or fitted, and why."""

    kind: Phrase
    """`suppressed`: found and passed over. `near miss`: nearly found. `note`: worth knowing."""
    words: Phrase
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
    state: Phrase
    """`decides`, `does not fit`, or `not reached`."""
    but_for: tuple[Phrase, ...] = ()


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


def near_miss(words: Phrase, start: int | None, end: int | None, at: str) -> Event:
    return Event(Phrase("explain.kind.near-miss"), words, start, end, at)


def suppressed(words: Phrase, start: int | None = None, end: int | None = None, at: str = "") -> Event:
    return Event(Phrase("explain.kind.suppressed"), words, start, end, at)


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
                asked, met = confidence(node.min_score), sure(finding.score)
                words = Phrase("explain.topic-unsure", topic=finding.subtype or "", found=met, asked=asked)
                yield near_miss(words, finding.span.start, finding.span.end, at)
        elif isinstance(node, EntityNode) and node.subtype and node.entity != TOPIC and not what.found(rule, node):
            # another topic is no near miss: every text has one
            for finding in what.found(rule, replace(node, subtype=None)):
                kind = finding.subtype or Phrase("explain.no-kind")
                words = Phrase("explain.other-kind", entity=node.entity, found=kind, asked=node.subtype)
                yield near_miss(words, finding.span.start, finding.span.end, at)


def _all_of(what: WhatIf, rule: CompiledRule, node: AllNode, at: str) -> Iterator[Event]:
    present = [what.found(rule, part) for part in node.parts]
    if all(present):
        if node.within is not None and not what.found(rule, node):
            words = Phrase("explain.parts-apart", number=len(node.parts), within=node.within)
            start = min(f.span.start for part in present for f in part)
            end = max(f.span.end for part in present for f in part)
            yield near_miss(words, start, end, at)
    elif any(present):
        missing = tuple(str(number) for number, part in enumerate(present, start=1) if not part)
        met = sum(map(bool, present))
        words = Phrase("explain.parts-missing", number=met, all=len(present), missing=missing)
        yield near_miss(words, None, None, at)


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
            here = _here(name, what.post, what.facts)
            words = Phrase("explain.applies-to", name=name, wanted=tuple(sorted(wanted)), here=here)
            yield suppressed(words, at=in_file(rule.policy.location))


def _here(name: str, post: Post, facts: Facts) -> Phrase:
    """What the post is where a condition names something else."""
    if name == "groups":
        return Phrase("explain.author-groups", groups=tuple(sorted(facts.groups)) or Phrase("explain.none"))
    if name == "accounts":
        return Phrase("explain.author-other")
    if name == "visibility":
        return Phrase("explain.post-visible", visibility=post.visibility.value)
    if name == "media":
        return Phrase("explain.file-attached" if post.attachments else "explain.no-file")
    unknown = Phrase("explain.unknown")
    if name == "networks":
        return Phrase("explain.goes-to", network=post.network or unknown)
    return Phrase("explain.is-in", language=post.language or unknown)


def _excluded(what: WhatIf, rule: CompiledRule) -> Iterator[Event]:
    unless = rule.source.unless
    if unless is None:
        return
    at = in_file(unless.location)
    for finding in what.parts(rule):
        if what.excludes(rule, finding):
            yield suppressed(_unless_words(what, rule, unless, finding), finding.span.start, finding.span.end, at)


def _unless_words(what: WhatIf, rule: CompiledRule, unless: Unless, finding: Finding) -> Phrase:
    """Which word or pattern of `unless` it was; unnamed where it is confidential."""
    by_value = tuple(
        value for value in unless.value if what.excludes(replace(rule, near=None, values=(glob(value),)), finding)
    )
    by_word = tuple(
        word for word in unless.near if what.excludes(replace(rule, near=near_words((word,)), values=()), finding)
    )
    if rule.policy.confidential:
        return Phrase("explain.unless-value-secret" if by_value else "explain.unless-near-secret")
    if by_value:
        return Phrase("explain.unless-value", known=by_value)
    if finding.entity_type == TOPIC:
        return Phrase("explain.unless-near-text", known=by_word)
    return Phrase("explain.unless-near", known=by_word, within=unless.within)


# --- exceptions ----------------------------------------------------------------------------------------------------


def _exceptions(what: WhatIf, rule: CompiledRule, used: str | None) -> Iterator[Event]:
    for exception in rule.exceptions:
        source = exception.source
        at = in_file(source.location)
        if source.id == used:
            words = Phrase("explain.exception-passes", name=source.id, who=source.approved_by)
            if source.expires:
                until = as_written(source.expires, rule.policy.zone)
                words = Phrase("explain.exception-passes-until", name=source.id, who=source.approved_by, until=until)
            yield suppressed(words, at=at)
            return
        if against := tuple(_not_covered(what, rule, exception)):
            words = Phrase("explain.exception-not", name=source.id, why=together(against))
            yield Event(Phrase("explain.kind.note"), words, at=at)


def _not_covered(what: WhatIf, rule: CompiledRule, exception: CompiledException) -> Iterator[Phrase]:
    source = exception.source
    if not what.covers(rule, exception, expires=source.expires):
        if source.expires:
            yield Phrase("explain.expired", on=as_written(source.expires, rule.policy.zone))
        else:
            yield Phrase("explain.no-expires")
    for name in ("groups", "networks"):
        wanted = getattr(source, name)
        if wanted is not None and not what.covers(rule, exception, **{name: wanted}):
            here = _here(name, what.post, what.facts)
            yield Phrase("explain.wants", name=name, wanted=tuple(sorted(wanted)), here=here)
    if exception.texts and not what.covers(rule, exception, texts=True):
        yield Phrase("explain.no-pattern")


# --- the ladder ----------------------------------------------------------------------------------------------------


def _lines(what: WhatIf, rule: CompiledRule, found: Sequence[Finding]) -> tuple[Line, ...]:
    decided = what.step(rule)
    lines = []
    for number, step in enumerate(rule.source.steps):
        at, action = in_file(step.location), step.action.word
        if number == decided:
            lines.append(Line(number + 1, at, action, Phrase("explain.state.decides")))
        elif decided is not None and number > decided:
            lines.append(Line(number + 1, at, action, Phrase("explain.state.not-reached")))
        else:
            but_for = tuple(
                _condition_words(name, when, what, found, rule.policy.zone)
                for name, when in conditions(step)
                if not what.fits(rule, step, when)
            )
            lines.append(Line(number + 1, at, action, Phrase("explain.state.does-not-fit"), but_for))
    return tuple(lines)


def _condition_words(name: str, when: When, what: WhatIf, found: Sequence[Finding], zone: tzinfo) -> Phrase:
    """A condition that does not hold, and how it is instead."""
    if name == "confidence":
        best = max((finding.score for finding in found), default=0.0)
        return Phrase("explain.confidence", asked=sure(when.min_score), found=sure(best))
    if name == "count":
        counted = [finding for finding in found if not finding.score < when.min_score]
        return Phrase("explain.count", asked=count_asked(when), found=Phrase("explain.places", count=places(counted)))
    if name in {"before", "after"}:
        moment: datetime = getattr(when, name)
        now = what.facts.now.astimezone(zone).isoformat(timespec="seconds")
        return Phrase("explain.moment", name=name, asked=as_written(moment, zone), now=now)
    wanted = getattr(when, name)
    said = str(wanted).lower() if isinstance(wanted, bool) else ", ".join(sorted(map(str, wanted)))
    return Phrase(
        "explain.condition", name=WRITTEN.get(name, name), wanted=said, here=_here(name, what.post, what.facts)
    )


def _roll_out(what: WhatIf, rule: CompiledRule) -> Iterator[Event]:
    if what.enforced(rule):
        return
    mode = rule.source.mode
    if mode.kind is ModeKind.CANARY:
        words = Phrase("explain.canary", percent=mode.percent)
    else:
        words = Phrase("explain.shadow", mode=mode.kind.value)
    yield suppressed(words, at=in_file(rule.source.location))


def matchers_of(rule: CompiledRule) -> list[str]:
    """Ids of the matchers that are the rule's own."""
    return [node.matcher for node in leaves(rule.find) if isinstance(node, MatcherNode)]
