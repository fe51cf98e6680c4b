"""Names with one or two letters wrong, missing, extra or swapped, at a cost that does not grow with their number.

Deletion neighbourhoods: two words within one mistake of each other share a form with one letter left out of either. A name
of several words with one wrong has all others right, so only the neighbours of such words are looked up. For two mistakes,
the most telling word of a name is stored with two letters left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from guard.detect.dictionary.edits import LONGEST, allowed, distance
from guard.detect.dictionary.letters import squeeze
from guard.detect.dictionary.spelling import separated
from guard.detect.dictionary.term import Term
from guard.detect.dictionary.typo_places import Places, Window
from guard.detect.dictionary.typo_words import MEMO_SIZE, TwiceIndex, WordIndex
from guard.text.squeeze import word_spans

LEAST_LETTERS: Final = 8
"""Shorter names are looked for as written only: too many ordinary words lie one letter away."""
_LEAST_LONG: Final = LEAST_LETTERS - 1
_LEAST_GLUED: Final = 11
"""Letters of a word outside a hashtag that may be a name of several words."""
_TAG: Final = re.compile(r"[#@]([a-z0-9]{7,40})")
_FEW_PIECES: Final = 24
"""So many searches in a text take less time than a look at each of its words."""
_Found = tuple[Term, int, int]


class TypoIndex:
    """All names that allow typos. Threads may share it: what it remembers only ever gains equal answers."""

    __slots__ = ("_glued", "_halves", "_ordinary", "_places", "_terms", "_twice", "_whole")

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = [term for term in terms if term.typos and LEAST_LETTERS <= len(term.letters) <= 4 * LONGEST]
        self._places = Places()
        for term in self._terms:
            self._places.add(term)
        self._whole = WordIndex(self._terms, [at for at, term in enumerate(self._terms) if len(term.words) == 1])
        self._glued = WordIndex(self._terms, [at for at, term in enumerate(self._terms) if len(term.words) > 1])
        self._twice = TwiceIndex(self._terms) or None
        self._halves = _halves(self._terms)
        self._ordinary: set[str] = set()
        """Words that were met and are no name, outside hashtags and mentions."""

    def __bool__(self) -> bool:
        return bool(self._terms)

    def may_find(self, folded: str) -> bool:
        """Whether `find` may find something in a folded text; for few names far quicker than to look."""
        if not self._halves:
            return True
        squeezed = squeeze(folded)
        return any(half in squeezed for half in self._halves)

    def find(self, folded: str, words: Sequence[str]) -> Iterator[_Found]:
        """Each misspelt name in a folded text with these words, with its range. Names spelled right are not repeated."""
        found = set(self._as_one_word(folded, words))
        known: dict[Window, Iterable[int]] = {}
        for index, window in self._places.windows(words):
            names = known.get(window)
            if names is None:
                names = known[window] = self._glued.of(self._places.forms(window))
            found.update((at, index) for at in names)
        if self._twice is not None:
            found.update(self._twice.find(words))
        if not found:
            return
        spans: list[tuple[int, int]] = []
        for at, index in sorted(found):
            term = self._terms[at]
            size = _misspelt(term, words, index)
            if size:
                spans = spans or word_spans(folded)
                group = spans[index : index + size]
                if all(separated(folded[left[1] : right[0]]) for left, right in pairwise(group)):
                    yield term, group[0][0], group[-1][1]

    def _as_one_word(self, folded: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Names of one word, and glued ones: in hashtags, mentions and long words, since no ordinary word is one."""
        long = {word for word in words if len(word) >= _LEAST_LONG}
        tags = long.intersection(_TAG.findall(folded)) if "#" in folded or "@" in folded else ()
        for word in (long - self._ordinary).union(tags):
            found = self._whole.find(word)
            if len(word) >= _LEAST_GLUED or word in tags:
                found += self._glued.find(word)
            if found:
                for index, other in enumerate(words):
                    if other == word:
                        for at in found:
                            yield at, index
            elif len(word) <= LONGEST:
                if len(self._ordinary) >= MEMO_SIZE:
                    self._ordinary.clear()
                self._ordinary.add(word)


def _halves(terms: Sequence[Term]) -> tuple[bytes, ...]:
    """Squeezed pieces, one of which stands in every text with one of these names misspelt; none when that cannot be told.

    One mistake (a swap of neighbours is one) leaves what is before a name's middle letter or what is after it.
    """
    pieces: set[bytes] = set()
    for term in terms:
        if term.typos != 1:
            return ()
        squeezed = squeeze(term.letters)
        half = len(squeezed) // 2
        pieces |= {squeezed[:half], squeezed[half + 1 :]}
        if len(pieces) > _FEW_PIECES:
            return ()
    return tuple(sorted(pieces))


def _misspelt(term: Term, words: Sequence[str], index: int) -> int:
    """How many of `words`, from the one at `index` on, are `term` with a mistake; 0 when they are not, or without one."""
    letters = words[index]
    size = len(term.words)
    if letters != term.letters and _digits(letters) == _digits(term.letters):
        most = min(term.typos, 1) if size > 1 else allowed(term.letters, term.typos)
        if distance(letters, term.letters, most) <= most:
            return 1
    if size == 1 or index + size > len(words):
        return 0
    wrong = 0
    for seen, meant in zip(words[index : index + size], term.words, strict=True):
        if seen != meant:
            most = allowed(meant, term.typos)
            wrong += distance(seen, meant, most) if most else term.typos + 1
            if wrong > term.typos or _digits(seen) != _digits(meant):
                return 0
    return size if wrong else 0


def _digits(word: str) -> str:
    """A number with another digit is another number, no mistake."""
    return "" if word.isalpha() else "".join(filter(str.isdigit, word))
