"""A post's text as an example may hold it: people, numbers and addresses in it replaced by invented ones.

Policy files are read by more people than held posts are, and kept for years. What a detector knows is replaced by a value
that examples of the policies use already, so that the rules still find it; confidential words are covered, and a text in
which one may be left is not given at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from guard.authoring.whatif import leaves
from guard.channels.joined import PATH as JOINED
from guard.inspector import Inspector, across
from guard.policy.bundle import Bundle
from guard.policy.compile import CompiledRule
from guard.policy.findtree import EntityNode
from guard.redact.operators import default_label
from guard.types.finding import Finding, Span
from guard.types.matcher import RegexMatcher, SealedMatcher
from guard.types.post import Post, Segment
from guard.types.topic import ENTITY as TOPIC

COVER: Final = "▇▇▇"
"""Stands for what has no stand-in: a confidential word, a number of an unknown kind."""
_QUOTED: Final = "FINGERPRINT"
"""A quotation of a protected document."""


@dataclass(frozen=True, slots=True, repr=False)
class Masked:
    """A text fit for a policy file, as far as detectors know."""

    text: str
    """Empty where a confidential word may be left in it: then a person writes an example in their own words."""
    replaced: int
    """How many places were."""
    covered: bool
    """Whether anything confidential was covered."""
    kept: tuple[str, ...] = ()
    """What stands between the places, as it was written."""


WITHHELD: Final = Masked("", 0, covered=True)


def masked(inspector: Inspector, post: Post, segment: Segment, earlier: Sequence[str] = ()) -> Masked:
    """One text of the post, read with those before it. Every matcher counts, also those whose rules do not speak of this post."""
    findings, sure = _found(inspector, post, segment.text, earlier)
    secret = _secret(inspector.bundle)
    patterns = {one.id for one in inspector.bundle.matchers if isinstance(one, RegexMatcher)}
    hidden = [one for one in findings if one.matcher in secret or one.entity_type == _QUOTED]
    if not sure or not all(one.exact for one in hidden):
        return WITHHELD  # in disguise: where it begins and ends is only about right
    shown = [one for one in findings if one.entity_type != TOPIC and (one.matcher is None or one.matcher in patterns)]
    places = _places(hidden, shown)
    text, done, stand_ins = "", 0, _StandIns(inspector.bundle, post.language)
    kept: list[str] = []
    for start, end, finding in places:
        stand_in = COVER if finding is None else stand_ins.of(finding, segment.text[start:end])
        kept.append(segment.text[done:start])
        text += kept[-1] + stand_in
        done = end
    kept.append(segment.text[done:])
    text += kept[-1]
    left, sure = _found(inspector, post, text, earlier)
    if not sure or any(one.matcher in secret for one in left):
        return WITHHELD
    return Masked(text, len(places), covered=bool(hidden), kept=tuple(kept))


def tells_across(inspector: Inspector, post: Post) -> bool:
    """Whether a confidential word is split over texts of the post, so that covering each by itself would leave a part of it."""
    joined = [one for one in post.segments if one.path == JOINED]
    if not joined:
        return False
    findings, failures = inspector.detectors.run(replace(post, segments=tuple(joined)))
    secret = _secret(inspector.bundle)
    return bool(failures) or any(one.matcher in secret for one in across(joined[0].text, findings))


def _secret(bundle: Bundle) -> frozenset[str]:
    """Matchers of confidential terms."""
    return frozenset(one.id for one in bundle.matchers if isinstance(one, SealedMatcher) or one.confidential)


def _found(inspector: Inspector, post: Post, text: str, earlier: Sequence[str]) -> tuple[tuple[Finding, ...], bool]:
    """What every detector finds in the text, and whether all of them finished."""
    alone = replace(post, segments=(Segment("/text", "body", text),))
    findings, failures = inspector.detectors.run(alone, earlier)
    return findings, not failures


def _places(hidden: Iterable[Finding], shown: Iterable[Finding]) -> list[tuple[int, int, Finding | None]]:
    """What is replaced, in order and apart from each other; None: covered."""
    spans: list[tuple[Span, Finding | None]] = [(one.span, None) for one in hidden]
    spans += [(one.span, one) for one in shown]
    places: list[tuple[int, int, Finding | None]] = []
    for span, finding in sorted(spans, key=lambda one: (one[0].start, one[1] is not None, -one[0].end)):
        if places and span.start < places[-1][1]:
            start, end, known = places[-1]
            places[-1] = start, max(end, span.end), known if finding is not None else None
        else:
            places.append((span.start, span.end, finding))
    return places


class _StandIns:
    """One invented value for each real one, from the examples of rules that look for such a thing and nothing else."""

    def __init__(self, bundle: Bundle, language: str | None) -> None:
        self._rules = [rule for rule in bundle.rules if not rule.policy.confidential]
        self._language = language
        self._given: dict[tuple[str, str], str] = {}

    def of(self, finding: Finding, value: str) -> str:
        kind = finding.entity_type
        if (kind, value) not in self._given:
            known = list(dict.fromkeys(self._values(finding)))
            used = sum(each == kind for each, _ in self._given)
            label = COVER if finding.matcher is not None else default_label(kind, self._language, confidential=False)
            self._given[kind, value] = known[used % len(known)] if known else label
        return self._given[kind, value]

    def _values(self, finding: Finding) -> Iterator[str]:
        for rule in self._rules:
            if _looks_for(rule, finding):
                for example in rule.source.match:
                    yield from _marked(example.text, example.spans)


def _looks_for(rule: CompiledRule, finding: Finding) -> bool:
    parts = list(leaves(rule.find))
    if len(parts) != 1:
        return False
    part = parts[0]
    if isinstance(part, EntityNode):
        return part.entity == finding.entity_type and part.subtype in {None, finding.subtype}
    return part.matcher == finding.matcher


def _marked(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Short ones, in which nobody has to look for what is what."""
    yield from (text[start:end] for start, end in spans if "\n" not in text[start:end])
