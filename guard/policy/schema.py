"""The policy file as records: what a lawyer wrote, checked and typed, each with its place in the file.

Why its own layer: compiling, linting, explaining and the examples all read the same records. Fields that may hold
confidential words are kept out of every repr.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from guard.errors import Location
from guard.types.decision import Action, Cut
from guard.types.matcher import TermOptions
from guard.types.post import Visibility

Text = Mapping[str, str]
"""Words for people by language: `{"fr": …, "en": …}`."""


class ModeKind(StrEnum):
    """How far a policy or rule is rolled out."""

    OFF = "off"
    SHADOW = "shadow"
    """Recorded, never acted on."""
    CANARY = "canary"
    """Acted on for a share of the accounts, recorded for the others."""
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True)
class Mode:
    kind: ModeKind
    percent: int = 100
    """Share of accounts for CANARY."""


@dataclass(frozen=True, slots=True)
class EntityFind:
    """What a detector of the catalogue gives."""

    entity: str
    subtype: str | None
    location: Location
    min_score: float = 0.0
    """Of a topic, from `at_least`."""


@dataclass(frozen=True, slots=True)
class TermsFind:
    """Words or phrases; from a file when `file` is set (then `terms` is empty until compiled)."""

    terms: tuple[str, ...] = field(repr=False)
    file: str | None
    typos: int
    disguises: bool
    location: Location
    options: tuple[TermOptions, ...] = field(default=(), repr=False)
    """Of the terms that have any; aliases are terms of their own."""
    places: tuple[int, ...] = field(default=(), repr=False, compare=False)
    """Line and column of the first term, of the second, and so on; empty for those of a file. Flat, for a reload carries it
    beside running posts (guard/wiring/handover.py), and there may be tens of thousands."""

    def term_places(self) -> Iterator[Location]:
        """Where each of the terms stands; nothing for those of a file."""
        for line, column in zip(self.places[::2], self.places[1::2], strict=True):
            yield replace(self.location, line=line, column=column)


@dataclass(frozen=True, slots=True)
class RegexFind:
    pattern: str = field(repr=False)
    location: Location


@dataclass(frozen=True, slots=True)
class SealedFind:
    """Terms in a file of keyed hashes beside the policy."""

    file: str
    location: Location


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must be found, `within` characters of each other in one text; None: anywhere in the post."""

    parts: tuple[Find, ...]
    within: int | None
    location: Location


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Find, ...]
    location: Location


Find = EntityFind | TermsFind | RegexFind | SealedFind | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Unless:
    """What does not count as found."""

    near: tuple[str, ...] = field(repr=False)
    within: int
    value: tuple[str, ...] = field(repr=False)
    location: Location


@dataclass(frozen=True, slots=True)
class When:
    """Conditions of a step; None: does not matter. All that are given must hold."""

    count_min: int = 1
    count_max: int | None = None
    min_score: float = 0.0
    """From `confidence`: low 0, medium 0.5, high 0.8."""
    visibility: frozenset[Visibility] | None = None
    networks: frozenset[str] | None = None
    groups: frozenset[str] | None = None
    before: datetime | None = None
    """Holds at any moment earlier than this."""
    after: datetime | None = None
    """Holds from this moment on."""
    media: bool | None = None
    languages: frozenset[str] | None = None


ALWAYS = When()


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a ladder."""

    when: When
    action: Action
    label: str | None
    """`with`: what a redaction puts in place."""
    cut: Cut
    approvers: tuple[str, ...]
    approvals: int
    location: Location


@dataclass(frozen=True, slots=True)
class ExampleSetting:
    """`as`: who posts the example, where and when. None: the default that fits the policy."""

    network: str | None = None
    visibility: Visibility = Visibility.PUBLIC
    groups: frozenset[str] | None = None
    at: datetime | None = None
    language: str | None = None
    media: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A text with the outcome its author expects. Texts may be confidential."""

    text: str = field(repr=False)
    """Without the marks."""
    spans: tuple[tuple[int, int], ...]
    """What stood in `[[ ]]`, as code points of `text`."""
    setting: ExampleSetting
    action: Action | None
    becomes: str | None = field(repr=False)
    note: str = field(repr=False)
    todo: bool
    location: Location


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    title: Text = field(repr=False)
    mode: Mode
    find: Find
    unless: Unless | None
    steps: tuple[Step, ...]
    say: Text = field(repr=False)
    match: tuple[Example, ...]
    no_match: tuple[Example, ...]
    location: Location


@dataclass(frozen=True, slots=True)
class PolicyException:
    """A narrow, ended, signed-for permission. It answers for the rules named in `rules` and no others."""

    id: str
    reason: Text = field(repr=False)
    approved_by: str
    expires: datetime | None
    """None: unreadable, so expired."""
    rules: frozenset[str] | None
    groups: frozenset[str] | None
    networks: frozenset[str] | None
    text: tuple[str, ...] = field(repr=False)
    match: tuple[Example, ...]
    no_match: tuple[Example, ...]
    location: Location


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a policy applies; None: everywhere."""

    networks: frozenset[str] | None = None
    groups: frozenset[str] | None = None
    accounts: frozenset[str] | None = None
    """Account, handle or person, in lower case."""
    languages: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One file."""

    file: str
    id: str
    title: Text = field(repr=False)
    owner: str
    review_by: datetime | None
    """The first instant after the day written."""
    review_place: Location
    mode: Mode
    confidential: bool
    examples_at: datetime | None
    dates: Mapping[str, datetime]
    applies_to: Scope
    rules: tuple[Rule, ...]
    exceptions: tuple[PolicyException, ...]
    network_places: tuple[tuple[str, Location], ...]
    """Every network the file names, with its place, to be checked against those the gate serves."""
    location: Location
    zone: tzinfo = UTC
    """That of its dates without a time."""
