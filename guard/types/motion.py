"""What one person asks and another must agree to: to see who or what is behind an entry, to put other policies in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MotionState(StrEnum):
    """`draft → asked → agreed → done`, or `refused`, `withdrawn`, `failed`; a reveal that is over is `ended`."""

    DRAFT = "draft"
    """Only its author sees it."""
    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DONE = "done"
    """It took effect: the answer was shown, the policies are in force."""
    FAILED = "failed"
    """Agreed to, and could not take effect."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Who raised it, and when."""

    id: str
    """Principal id."""
    person: str
    """Who that is in authors.toml: two accounts of one person are one person."""
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Motion:
    """A request of one person that waits for another's yes."""

    number: int
    kind: str
    """`reveal` or `policies`."""
    event: str
    """Id of its first audit entry; what is sealed is bound to it."""
    subject: Mapping[str, object]
    """What it is about, as JSON: names and numbers, no text."""
    reason: str = field(repr=False)
    state: MotionState
    asked: Hand
    answered: Hand | None = None
    answer: str = field(default="", repr=False)
    """What the second person wrote, or why it failed."""
    until: datetime | None = None
    """When it is over: the request while nobody answered, what it shows afterwards."""
    sealed: bytes | None = field(default=None, repr=False)
    wrapped_key: bytes | None = field(default=None, repr=False)
