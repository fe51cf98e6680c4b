"""Confidential names: one Aho-Corasick pass over the squeezed view for all terms of all policies, then a check of each hit.

Terms of different matchers may be the same or overlap; each matcher gets its own hits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import ahocorasick

from guard.detect.base import Hit
from guard.detect.spelling import Term, is_written, terms_of
from guard.detect.typos import TypoIndex
from guard.text.normalize import NormalizedText
from guard.text.squeeze import MARKUP, positions, squeeze, unmarked
from guard.types.finding import Strength
from guard.types.matcher import TermsMatcher

_Found = tuple[tuple[int, int, str], Hit]


class DictionaryScanner:
    """All terms of all matchers. Threads may share it."""

    __slots__ = ("_automaton", "_typos", "_veiled", "size")

    def __init__(self, matchers: Sequence[TermsMatcher]) -> None:
        terms = [
            term
            for matcher in matchers
            for text in dict.fromkeys(matcher.terms)
            for term in terms_of(matcher.id, text, typos=matcher.typos, disguises=matcher.disguises)
        ]
        by_letters: dict[str, list[Term]] = {}
        for term in terms:
            by_letters.setdefault(term.squeezed, []).append(term)
        self._automaton: Any = ahocorasick.Automaton()
        for letters, group in by_letters.items():
            self._automaton.add_word(letters, (len(letters), tuple(group)))
        self._automaton.make_automaton()
        self._veiled = any(term.disguises for term in terms)
        self._typos = TypoIndex(terms)
        self.size = len(terms)

    def scan(self, text: NormalizedText) -> list[Hit]:
        """Hits in offsets of the plain view."""
        if not self.size:
            return []
        hits = dict(self._find(text, text.folded))
        if self._veiled and (bare := unmarked(text.folded)) is not None:
            hits.update(self._find(text, bare))
        return _longest(hits) if hits else []

    def _find(self, text: NormalizedText, folded: str) -> Iterator[_Found]:
        """Hits in `folded`, one reading of the folded view; each under its place and matcher."""
        at: list[int] = []
        plain = text.plain if text.unfold.is_identity else folded
        squeezed = squeeze(folded)
        for last, (size, terms) in self._automaton.iter(squeezed):
            at = at or positions(folded)
            letters = at[last - size + 1 : last + 1]
            for term in terms:
                if is_written(term, plain, folded, letters):
                    yield _found(text, term, letters[0], letters[-1] + 1, 1.0, "")
        # Without markup blotted out, the words of both readings are the same ones.
        if not self._typos or not self._typos.may_find(squeezed):
            return
        if folded is text.folded or any(sign in text.folded for sign in MARKUP):
            for term, first, last in self._typos.find(folded):
                yield _found(text, term, first, last, 0.8, "misspelt")


def _longest(hits: dict[tuple[int, int, str], Hit]) -> list[Hit]:
    """Hits in order of place, without those that lie within a longer one of the same matcher."""
    reach: dict[str, int] = {}
    kept: list[Hit] = []
    for start, end, matcher in sorted(hits, key=lambda key: (key[0], -key[1])):
        if end > reach.get(matcher, -1):
            reach[matcher] = end
            kept.append(hits[start, end, matcher])
    return kept


def _found(text: NormalizedText, term: Term, first: int, last: int, score: float, why: str) -> _Found:
    start, end = text.unfold.to_original(first, last)
    hit = Hit("CODENAME", start, end, score, Strength.DICTIONARY, matcher=term.matcher, explanation=why)
    return (start, end, term.matcher), hit
