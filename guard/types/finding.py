"""What a detector found, and where in the author's own text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

CUE: Final = "CUE"
"""Entity of words that say whose or what something else is: no leak alone, and nothing to tell where no rule asked for it."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of code points in the original text of one segment."""

    segment: str
    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        return self.segment == other.segment and self.start < other.end and other.start < self.end


class Strength(IntEnum):
    """What a finding rests on; the stronger wins an overlap."""

    MODEL = 0
    PATTERN = 1
    DICTIONARY = 2
    VALIDATED = 3
    """A pattern confirmed by a checksum, a numbering plan or the like."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One hit. Holds no text: a confidential term must not travel further than its span."""

    entity_type: str
    """Presidio's name where it has one (`EMAIL_ADDRESS`), else in its style; terms of a policy are CODENAME, its regexes CUSTOM."""
    span: Span
    score: float
    """0 to 1."""
    detector: str
    strength: Strength = Strength.PATTERN
    subtype: str | None = None
    """For SECRET: which (`slack-bot-token`)."""
    matcher: str | None = None
    """The policy matcher that it belongs to (see types/matcher.py), None for detectors of the catalogue."""
    exact: bool = True
    """False when the span is only about right (a decoded or reassembled text): such a hit can hold but not redact."""
    explanation: str = ""
    """Why, in words without the matched text: `checksum 97 ok`, `context word within 40 characters`."""
    weighed: tuple[tuple[int, int], ...] = ()
    """Of a model that reads a whole text: ranges of the words, in the span's segment, that weighed most, heaviest first."""

    @property
    def places(self) -> tuple[Span, ...]:
        """Where a reader is to look: at the words that weighed most, or at all of it."""
        return tuple(Span(self.span.segment, *each) for each in self.weighed) or (self.span,)
