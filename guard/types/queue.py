"""The reviewers' side of a case: who has it in hand, who it is for, and a decision that has not taken effect yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from guard.types.held import CaseState, Form, Need


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody has a case in hand, alone, for a while."""

    case: int
    holder: str
    """Principal id."""
    name: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Assignment:
    """A case that is meant for somebody; others leave it to them."""

    case: int
    assignee: str
    """Principal id."""
    name: str
    by: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision on its way: durable at once, recorded in the case and the log when it is due, and until then undone by a word."""

    case: int
    reviewer: str
    """Principal id."""
    name: str
    groups: frozenset[str]
    """The reviewer's, for rules that ask for certain people."""
    approved: bool
    form: Form
    reason: str
    made: datetime
    due: datetime
    sealed: bytes | None = field(default=None, repr=False)
    """An edit's texts, encrypted as a case's are."""
    wrapped_key: bytes | None = field(default=None, repr=False)
    failed: str = ""
    """Why it could not take effect; its reviewer is told, and the case waits again."""
    batch: str = ""
    """Decisions made by one act share it: they are undone together."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the queue: all that is shown or asked of a case without opening its seal."""

    number: int
    created: datetime
    due: datetime
    network: str
    operation: str
    author: str
    """Pseudonym."""
    person: str | None
    """Who that is in authors.toml; to keep people from deciding on their own posts, and not shown."""
    account: str
    handle: str
    """The account and what people call it, for the same, where authors.toml does not say who it is."""
    matches: tuple[str, ...]
    needs: tuple[Need, ...]
    approved_by: tuple[str, ...]
    claim: Claim | None = None
    assignment: Assignment | None = None
    verdict_by: str | None = None
    """Principal id of whoever decided, while that may be undone."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A line of what was decided."""

    number: int
    state: CaseState
    created: datetime
    reviewed: datetime
    reviewer: str
    form: Form
    reason: str
    matches: tuple[str, ...]
    network: str = ""
    author: str = ""
    """Pseudonym."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits."""

    open: int
    overdue: int
