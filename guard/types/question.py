"""What an author asks about a decision on a post of theirs, and a person's answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Ask(StrEnum):
    """Why somebody asks; it says whom the question goes to."""

    REVIEW = "review"
    """Please have a look."""
    FALSE_POSITIVE = "false-positive"
    """The rule is mistaken: to its owner, and into the texts that changes of the rule are tried on."""
    ALREADY_PUBLIC = "already-public"
    """It is known already: proposes an exception."""
    RESPONSIBILITY = "responsibility"
    """I answer for it: IT is told."""


@dataclass(frozen=True, slots=True)
class Question:
    """As stored. Its words, the text it is about and the answer are in `sealed` only, and gone (None) once erased."""

    id: str
    """Id of the entry of the log that says it was asked."""
    principal: str
    """Who asks: the id of their account."""
    person: str
    """Who that is in authors.toml: nobody answers their own."""
    ask: Ask
    decision: str | None
    """Event id of the decision asked about; None for a text that was only checked."""
    case: int | None
    rules: tuple[str, ...]
    created: datetime
    sealed: bytes | None = field(repr=False)
    wrapped_key: bytes | None = field(repr=False)
    answered: datetime | None = None
    upheld: bool | None = None
    """Whether the author was right."""
    erase_after: datetime | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Words:
    """What is sealed with a question."""

    words: str = ""
    """The author's own."""
    text: str = ""
    """The text that was checked, when there is no case that holds it."""
    network: str = ""
    answer: str = ""
