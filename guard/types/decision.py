"""What the policies say about a post."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from guard.types.finding import Finding

NO_REDACTION = "redaction-impossible"
"""The reason of a hold because something must be masked and cannot be; what it was may follow."""


class Action(IntEnum):
    """From mildest to most severe; across rules and policies the most severe wins."""

    ALLOW = 0
    FLAG = 1
    REDACT = 2
    REROUTE = 3
    """Published on the company's internal server instead."""
    HOLD = 4
    BLOCK = 5

    @property
    def word(self) -> str:
        """The name used in policies, records and answers."""
        return self.name.lower()

    @property
    def stops(self) -> bool:
        """Whether the post does not go out, at least not by itself."""
        return self > Action.REDACT

    @classmethod
    def from_word(cls, word: str) -> Action:
        """The action a policy names; KeyError when there is none."""
        return cls[word.upper()]


class Cut(StrEnum):
    """What a safe version leaves out."""

    FOUND = "found"
    """Just what was found."""
    SENTENCE = "sentence"
    """The whole sentence around it: what is left of it would still tell."""


@dataclass(frozen=True, slots=True)
class Match:
    """One rule that fits the post, and the step of its ladder that decided."""

    policy: str
    rule: str
    action: Action
    findings: tuple[Finding, ...]
    say: Mapping[str, str] = field(default_factory=dict)
    """What the author reads, by language: `{"fr": …, "en": …}`."""
    title: Mapping[str, str] = field(default_factory=dict)
    label: str | None = None
    """What a redaction puts in place of each finding; None: the entity's own label."""
    cut: Cut = Cut.FOUND
    approvers: tuple[str, ...] = ()
    approvals: int = 1
    exception: str | None = None
    """The exception that let it pass, if one did (the action is then ALLOW)."""
    confidential: bool = False

    @property
    def id(self) -> str:
        return f"{self.policy}/{self.rule}"


@dataclass(frozen=True, slots=True)
class Decision:
    """The most severe action of all matches, with the matches and what decided."""

    action: Action
    matches: tuple[Match, ...]
    policy_digest: str
    """`sha256:…` of the bundle that decided."""
    reason: str = ""
    """Set when something other than a rule decided: a detector failed, a redaction was not possible."""
    shadow: tuple[Match, ...] = ()
    """What rules in `shadow` (or outside their canary share) would have done; recorded, never acted on."""

    @property
    def told(self) -> list[Match]:
        """Of a stopped post those that its author is told of, the severest first: those that stop it, or cannot mask it."""
        severest = sorted(self.matches, key=lambda match: match.action, reverse=True)
        return [match for match in severest if is_told(match.action, self.reason)]


def is_told(action: Action, reason: str) -> bool:
    """Whether the author of a stopped post is told of a rule with this action; a mere remark is for posts that go out."""
    return action.stops or (action is Action.REDACT and reason.startswith(NO_REDACTION))
