"""Why a post came to its decision, and what nearly was otherwise: `guard policy explain`.

The decision is the inspector's own; the reasons come from asking it again with one thing changed (whatif.py, explain_near.py).
Text that a confidential rule found is blackened, in the views too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

from guard.authoring.explain_near import Near, matcher_near, refused
from guard.authoring.explain_rule import (
    Event,
    RuleTrace,
    in_file,
    matchers_of,
    near_miss,
    suppressed,
    trace_rule,
)
from guard.authoring.explain_words import confidence, recognised
from guard.authoring.views import Back, way_back
from guard.authoring.whatif import Judges, WhatIf, leaves
from guard.detect.base import Hit
from guard.detect.patterns import catalogue
from guard.detect.patterns.catalogue import Pattern
from guard.detect.patterns.scanner import PatternScanner
from guard.policy.compile import Bundle, CompiledRule
from guard.policy.findtree import EntityNode
from guard.policy.schema import ModeKind
from guard.text.fold import SYMBOL
from guard.text.normalize import NormalizedText, normalize
from guard.text.readings import TRIGGERS, Reading, TangledError, readings
from guard.types.decision import Action
from guard.types.finding import CUE, Finding
from guard.types.inspection import DetectorFailure, Facts, Inspection
from guard.types.matcher import SealedMatcher
from guard.types.post import Post
from guard.types.topic import ENTITY as TOPIC
from guard.words.texts import Phrase

_LONGEST: Final = 2_000
"""Characters of a view that are shown."""
_BLACK: Final = "█"

Place = tuple[int, int]


class Explains(Judges, Protocol):
    """What is needed of guard.inspector.Inspector."""

    @property
    def bundle(self) -> Bundle: ...

    def inspect(self, post: Post, facts: Facts) -> Inspection: ...

    def find(self, post: Post, facts: Facts) -> tuple[tuple[Finding, ...], tuple[DetectorFailure, ...]]: ...


@dataclass(frozen=True, slots=True)
class View:
    """One way in which the text is read."""

    name: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """One finding, and the rules that ask for such."""

    detector: str
    kind: str
    start: int
    end: int
    text: str | None = field(repr=False)
    """None where a confidential rule asks for it, and of a topic, which is the whole text's."""
    confidence: str
    why: str
    exact: bool
    rules: tuple[str, ...]
    weighed: tuple[str, ...] = field(default=(), repr=False)
    """Words that weighed most with a model, heaviest first; without those that a confidential rule found."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One post, explained."""

    inspection: Inspection
    """With all findings, also those that an Inspection leaves out."""
    views: tuple[View, ...]
    found: tuple[Found, ...]
    passed_over: tuple[Event, ...]
    """What patterns saw and another finding in the same place took over."""
    rules: tuple[RuleTrace, ...]
    """Those that found something, or nearly did."""
    quiet: tuple[str, ...]
    """The other rules."""
    off: tuple[str, ...]
    """Rules that are switched off: nothing was looked for."""
    goes_out: str | None = field(repr=False)
    """The redacted text where the post goes out redacted; None too where a confidential rule finds anything, or nearly."""


def explain(inspector: Explains, post: Post, facts: Facts, cache: Path | None = None) -> Explanation:
    """Explain a post of one text. `cache` is where compiled patterns are kept."""
    inspection = _with_all(inspector, inspector.inspect(post, facts), facts)
    bundle, text = inspector.bundle, normalize(post.segments[0].text)
    what = WhatIf(inspector, bundle, post, facts, inspection.findings)
    search = _Search(text, inspection.findings, cache)
    traces = [trace_rule(what, rule, search.near(rule, bundle)) for rule in bundle.rules]
    shown = tuple(trace for trace in traces if trace.action is not None or trace.events)
    hidden = [place for trace in shown if trace.confidential for place in _places(trace)]
    asked = [(rule, frozenset(what.parts(rule))) for rule in bundle.rules]
    hidden += [_span(f) for rule, parts in asked if rule.policy.confidential for f in parts]
    return Explanation(
        inspection=inspection,
        views=tuple(search.views(_cover(len(text.text), hidden))),
        found=tuple(_found(f, asked, text.text, hidden) for f in inspection.findings),
        passed_over=tuple(search.passed_over()),
        rules=shown,
        quiet=tuple(trace.id for trace in traces if trace not in shown),
        off=tuple(
            f"{policy.id}/{rule.id}"
            for policy in bundle.policies
            for rule in policy.source.rules
            if rule.mode.kind is ModeKind.OFF
        ),
        goes_out=None if hidden else _goes_out(inspection),
    )


def _with_all(inspector: Explains, inspection: Inspection, facts: Facts) -> Inspection:
    """With what was found for confidential rules that do not act: they are explained too, and the places blackened.

    Sealed names only where a rule speaks of them: nobody can read those in the policy, and whoever asks may be fishing.
    """
    decision = inspection.decision
    told = {finding for match in (*decision.matches, *decision.shadow) for finding in match.findings}
    sealed = {matcher.id for matcher in inspector.bundle.matchers if isinstance(matcher, SealedMatcher)}
    findings, _ = inspector.find(inspection.post, facts)
    return replace(inspection, findings=tuple(f for f in findings if f.matcher not in sealed or f in told))


def _goes_out(inspection: Inspection) -> str | None:
    redacted = inspection.redacted if inspection.decision.action is Action.REDACT else None
    return redacted.segments[0].text if redacted else None


def _places(trace: RuleTrace) -> Iterator[Place]:
    yield from trace.places
    for event in trace.events:
        if event.start is not None and event.end is not None:
            yield event.start, event.end


def _span(finding: Finding) -> Place:
    return finding.span.start, finding.span.end


def _found(
    finding: Finding, asked: Sequence[tuple[CompiledRule, frozenset[Finding]]], text: str, hidden: Sequence[Place]
) -> Found:
    rules = [rule for rule, parts in asked if finding in parts]
    secret = any(rule.policy.confidential for rule in rules)
    start, end = _span(finding)
    return Found(
        detector=finding.detector,
        kind=f"{finding.entity_type}/{finding.subtype}" if finding.subtype else finding.entity_type,
        start=start,
        end=end,
        text=None if secret or finding.entity_type == TOPIC else text[start:end],
        confidence=confidence(finding.score),
        why=recognised(finding.explanation),
        exact=finding.exact,
        rules=tuple(f"{rule.policy.id}/{rule.source.id}" for rule in rules),
        weighed=tuple(
            text[slice(*place)]
            for place in finding.weighed
            if not any(place[0] < end and start < place[1] for start, end in hidden)
        ),
    )


@lru_cache(maxsize=1)
def _patterns(cache: Path | None) -> tuple[tuple[Pattern, ...], PatternScanner]:
    """The catalogue and what searches for it: the same for all posts."""
    patterns = catalogue.shipped()
    return patterns, PatternScanner(patterns, triggers=TRIGGERS, cache_dir=cache)


class _Search:
    """The detectors' own steps on one text, for what they leave unsaid."""

    def __init__(self, text: NormalizedText, findings: Sequence[Finding], cache: Path | None) -> None:
        self.text = text
        self.findings = findings
        self._catalogue, self._scanner = _patterns(cache)
        self._met = self._scanner.candidates(text.plain)
        self._refused: dict[str, list[Near]] | None = None

    def near(self, rule: CompiledRule, bundle: Bundle) -> Iterator[Event]:
        """Near misses of what the rule looks for."""
        at = in_file(rule.source.find.location)
        own = matchers_of(rule)
        for matcher in bundle.matchers:
            if matcher.id in own:
                found = [_span(f) for f in self.findings if f.matcher == matcher.id]
                for each in matcher_near(matcher, self.text, found):
                    yield near_miss(each.words, each.start, each.end, at)
        for entity in {node.entity for node in leaves(rule.find) if isinstance(node, EntityNode)}:
            for each in self._candidates().get(entity, ()):
                yield near_miss(each.words, each.start, each.end, at)

    def _candidates(self) -> dict[str, list[Near]]:
        if self._refused is None:
            found = [_span(f) for f in self.findings if f.matcher is None]
            self._refused = refused(self.text, self._candidate_patterns(), found)
        return self._refused

    def _candidate_patterns(self) -> list[Pattern]:
        """Those that the text may hold."""
        return [self._catalogue[index] for index in self._met if index < len(self._catalogue)]

    def passed_over(self) -> Iterator[Event]:
        """Hits of catalogue patterns whose place another finding took."""
        told: set[tuple[str, Place]] = set()
        rivals = [f for f in self.findings if f.matcher is None and f.entity_type != CUE]
        for hit in self._scanner.confirm(self.text.plain, self._met):
            if hit.entity_type == CUE:
                continue
            place = self.text.origin.to_original(hit.start, hit.end)
            over = [f for f in rivals if f.span.start < place[1] and place[0] < f.span.end]
            if over and hit.entity_type not in {f.entity_type for f in over} and (hit.entity_type, place) not in told:
                told.add((hit.entity_type, place))
                words = Phrase("explain.gives-way", kind=_kind(hit), entity=over[0].entity_type)
                yield suppressed(words, *place)

    def views(self, hidden: bytes) -> Iterator[View]:
        """The text as the detectors read it, confidential places blackened."""
        text = self.text
        yield View(Phrase("explain.view.as-written"), _blackened(text.text, lambda start, end: (start, end), hidden))
        yield View(Phrase("explain.view.plain"), _blackened(text.plain, text.origin.to_original, hidden))
        # What is neither letter nor digit nor separator is folded into one sign.
        folded = _blackened(text.folded, lambda s, e: text.origin.to_original(*text.unfold.to_original(s, e)), hidden)
        yield View(Phrase("explain.view.folded"), folded.replace(SYMBOL, "·"))
        try:
            for reading in self._readings():
                yield View(_view_name(reading), _blackened(reading.text.plain, way_back(reading), hidden))
        except TangledError:
            yield View("…", Phrase("explain.tangled"))

    def _readings(self) -> Iterator[Reading]:
        kinds = self._scanner.kinds(self.text.plain, self._met)
        if kinds or self.text.hides:
            yield from readings(self.text, kinds, self._scanner.kinds)


def _view_name(reading: Reading) -> Phrase:
    return Phrase(f"explain.view.{reading.kind.replace(' ', '-')}")


def _kind(hit: Hit) -> str:
    return f"{hit.entity_type}/{hit.subtype}" if hit.subtype else hit.entity_type


def _blackened(view: str, back: Back, hidden: bytes) -> str:
    """The beginning of a view, with a block for each character that comes from a hidden one of the text."""
    shown = view[:_LONGEST]
    if hidden:
        ranges = (back(at, at + 1) for at in range(len(shown)))
        shown = "".join(_BLACK if any(hidden[slice(*each)]) else char for char, each in zip(shown, ranges, strict=True))
    return shown + ("…" if len(view) > _LONGEST else "")


def _cover(size: int, places: Sequence[Place]) -> bytes:
    """One byte for each character of a text: 1 in any of the places. Empty where there is none."""
    cover = bytearray(size if places else 0)
    for start, end in places:
        cover[start:end] = b"\x01" * (end - start)
    return bytes(cover)
