"""What policies ask detectors to look for, as plain records: detection knows no policies, deciding knows no text search."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

NEAR: Final = 40
"""Characters within which a word counts as near, where nothing else is said."""


@dataclass(frozen=True, slots=True, repr=False)
class TermOptions:
    """How one term of a matcher differs from the others. `repr` never shows it."""

    term: str
    """As it stands in the matcher's `terms`."""
    near: tuple[str, ...] = ()
    """Words beside which the term means something else and does not count."""
    within: int = NEAR
    """Characters between the term and such a word."""
    exact_case: bool = False
    """Only with the capitals and small letters of the term itself; no inflection, typos or look-alike letters."""
    initials: bool = False
    """Also by its initials: `P.A.`, and from three of them on `PAB`."""

    def __repr__(self) -> str:
        return f"TermOptions({len(self.term)} characters)"


@dataclass(frozen=True, slots=True)
class TermsMatcher:
    """Words or phrases to find whole, whatever their case and accents."""

    id: str
    """`policy/rule`, or `policy/rule#2.0` for the third part's first of an all_of or any_of."""
    terms: tuple[str, ...]
    typos: int = 0
    """Letters that may be wrong, missing or extra, in terms of 8 letters or more: 0, 1 or 2."""
    disguises: bool = True
    """Also look-alike letters, 0 for o, spaced or dotted letters, repeated letters, backwards, simple ciphers."""
    confidential: bool = False
    options: tuple[TermOptions, ...] = ()
    """Of the terms that have any."""

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


@dataclass(frozen=True, slots=True)
class SealedMatcher:
    """Words or phrases known by keyed hashes only, made by `guard policy seal`: who reads the policies cannot read them."""

    id: str
    key_id: str
    """Tells whether a key is the one they were sealed with."""
    terms: frozenset[int] = field(repr=False)
    """Hashes of the glued letters of each way to write each term."""
    starters: frozenset[int] = field(repr=False)
    """Hashes of their first letters: nearly all words of a text can be passed over."""
    most_letters: int


Matcher = TermsMatcher | RegexMatcher | SealedMatcher
