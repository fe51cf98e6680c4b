"""What policies ask detectors to look for, as plain records: detection knows no policies, deciding knows no text search."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TermsMatcher:
    """Words or phrases to find whole, whatever their case and accents."""

    id: str
    """`policy/rule`, or `policy/rule#2.0` for the third part's first of an all_of or any_of."""
    terms: tuple[str, ...]
    typos: int = 0
    """Letters that may be wrong, missing or extra, in terms of 8 letters or more: 0, 1 or 2."""
    disguises: bool = True
    """Also look-alike letters, 0 for o, spaced or dotted letters, #hashtags."""
    confidential: bool = False

    def __repr__(self) -> str:
        shown = f"{len(self.terms)} terms" if self.confidential else repr(self.terms)
        return f"TermsMatcher({self.id!r}, {shown})"


@dataclass(frozen=True, slots=True)
class RegexMatcher:
    """A policy author's own pattern, in the syntax of the `regex` package, run under a time limit."""

    id: str
    pattern: str
    confidential: bool = False

    def __repr__(self) -> str:
        shown = "…" if self.confidential else self.pattern
        return f"RegexMatcher({self.id!r}, {shown!r})"


Matcher = TermsMatcher | RegexMatcher
