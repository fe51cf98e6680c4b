"""Which disguises of a policy's own examples slip through: `guard policy evade`.

Each marked span of each `match` example is rewritten in every disguise. Caught is a disguised example in which the rule
finds something at the disguised place and comes to at least the action of the plain one; of a thread, in one of its posts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from guard.authoring.disguises import DISGUISES, POST_BREAK, Disguise
from guard.authoring.explain_rule import in_file
from guard.authoring.suite import example_facts, example_post
from guard.policy.compile import Bundle, CompiledRule, finds
from guard.policy.schema import AllOf, AnyOf, Example, Find, TermsFind
from guard.types.decision import Action, Match
from guard.types.inspection import Facts, Inspection
from guard.types.post import Post

Place = tuple[int, int]


class Inspects(Protocol):
    """What is needed of guard.inspector.Inspector."""

    def inspect(self, post: Post, facts: Facts) -> Inspection: ...


@dataclass(frozen=True, slots=True)
class Disguised:
    """An example in a disguise."""

    posts: tuple[str, ...] = field(repr=False)
    """One but for disguises that are split over a thread."""
    places: tuple[Place, ...]
    """Where the disguised values stand, in a lone post."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A disguise of an example that the rule does not catch."""

    example: Example
    at: str
    disguise: str
    klass: str
    written: Disguised
    stopped: bool
    """Whether another rule stops it all the same."""


@dataclass(frozen=True, slots=True)
class Evaded:
    """One rule, and how its examples fared."""

    rule: CompiledRule
    tried: tuple[tuple[str, str], ...]
    """Class and name of the disguise of each try."""
    slips: tuple[Slip, ...]

    @property
    def id(self) -> str:
        return f"{self.rule.policy.id}/{self.rule.source.id}"

    @property
    def caught(self) -> int:
        return len(self.tried) - len(self.slips)


def evade(inspector: Inspects, bundle: Bundle, disguises: Sequence[Disguise] = DISGUISES) -> tuple[Evaded, ...]:
    """Every rule that is not off, in the order of the files. Known gaps (`todo`) are not tried, nor rules that look only for
    terms with `disguises: false`: their authors want no disguises found.
    """
    return tuple(_rule(inspector, rule, disguises) for rule in bundle.rules if not _as_written(rule.source.find))


def _as_written(find: Find) -> bool:
    """Whether every part of it is a list of terms that are looked for as they are written."""
    leaves = [each for each in finds(find) if not isinstance(each, (AllOf, AnyOf))]
    return all(isinstance(each, TermsFind) and not each.disguises for each in leaves)


def _rule(inspector: Inspects, rule: CompiledRule, disguises: Sequence[Disguise]) -> Evaded:
    tried: list[tuple[str, str]] = []
    slips: list[Slip] = []
    for example in rule.source.match:
        attempt = None if example.todo else _Attempt.of(inspector, rule, example)
        for disguise in disguises if attempt else ():
            written = disguised(example, disguise)
            if attempt is None or written is None:
                continue
            tried.append((disguise.klass, disguise.name))
            caught, stopped = attempt.fares(written)
            if not caught:
                at = in_file(example.location)
                slips.append(Slip(example, at, disguise.name, disguise.klass, written, stopped))
    return Evaded(rule, tuple(tried), tuple(slips))


def disguised(example: Example, disguise: Disguise) -> Disguised | None:
    """The example with every marked span in this disguise; None where that changes nothing."""
    text, places, done = "", [], 0
    for start, end in example.spans:
        text += example.text[done:start]
        value = disguise.apply(example.text[start:end])
        places.append((len(text), len(text) + len(value)))
        text += value
        done = end
    text += example.text[done:]
    return None if text == example.text else Disguised(tuple(text.split(POST_BREAK)), tuple(places))


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One example, and what its plain text comes to."""

    inspector: Inspects
    rule: CompiledRule
    post: Post
    facts: Facts
    action: Action
    """The rule's."""
    decision: Action
    """Of all rules."""

    @classmethod
    def of(cls, inspector: Inspects, rule: CompiledRule, example: Example) -> _Attempt | None:
        """None where the rule does not even find the plain example: `guard policy test` says so."""
        post, facts = example_post(rule.policy, example), example_facts(rule.policy, example)
        inspection = inspector.inspect(post, facts)
        match = _outcome(inspection, rule)
        return cls(inspector, rule, post, facts, match.action, inspection.decision.action) if match else None

    def fares(self, written: Disguised) -> tuple[bool, bool]:
        """Whether the rule catches it, and whether the policies together stop it."""
        caught = stopped = False
        for inspection in self._inspections(written.posts):
            match = _outcome(inspection, self.rule)
            lone = len(written.posts) == 1
            if match and match.action >= self.action and (not lone or _meets(match, written.places)):
                caught = True
            stopped = stopped or inspection.decision.action >= max(self.decision, Action.FLAG)
        return caught, stopped

    def _inspections(self, texts: Sequence[str]) -> Iterator[Inspection]:
        earlier: list[Post] = []
        for text in texts:
            post = replace(self.post, segments=(replace(self.post.segments[0], text=text),))
            yield self.inspector.inspect(post, replace(self.facts, earlier=tuple(earlier)))
            earlier.append(post)


def _outcome(inspection: Inspection, rule: CompiledRule) -> Match | None:
    decision = inspection.decision
    for match in (*decision.matches, *decision.shadow):
        if (match.policy, match.rule) == (rule.policy.id, rule.source.id):
            return match
    return None


def _meets(match: Match, places: Sequence[Place]) -> bool:
    return any(f.span.start < end and start < f.span.end for f in match.findings for start, end in places)
