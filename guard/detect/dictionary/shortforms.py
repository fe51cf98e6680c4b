"""Names of one to three letters, and initials: looked for as whole words, not as rows of letters.

Every post holds the letters `sa` somewhere; in the automaton such names would make a candidate of nearly every post.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from guard.detect.dictionary.spelling import is_written, separated
from guard.detect.dictionary.term import Term
from guard.text.normalize import normalize
from guard.text.squeeze import word_spans
from guard.types.matcher import TermsMatcher

_MOST: Final = 3
_CAPITAL: Final = "[A-Z\u00c0-\u00d6\u00d8-\u00de\u0152]"
_INITIALS: Final = re.compile(
    rf"(?<![^\W_])(?:(?:{_CAPITAL}\.[ -]?){{1,7}}{_CAPITAL}(?:\.|(?![^\W_]))|{_CAPITAL}{{3,8}}(?![^\W_]))"
)
_WORD: Final = re.compile(r"[^\W_]+")


def is_short(term: Term) -> bool:
    """Whether a term has so few letters that `ShortIndex` looks for it."""
    return len(term.letters) <= _MOST


class ShortIndex:
    """All short names, by their first word."""

    __slots__ = ("_by_first",)

    def __init__(self, terms: Iterable[Term]) -> None:
        self._by_first: dict[str, list[Term]] = {}
        for term in terms:
            self._by_first.setdefault(term.words[0], []).append(term)

    def __bool__(self) -> bool:
        return bool(self._by_first)

    def find(self, plain: str, folded: str, words: Sequence[str]) -> Iterator[tuple[Term, int, int]]:
        """Each short name and its range in `folded`, whose words these are; `plain` as in `is_written`."""
        if self._by_first.keys().isdisjoint(words):
            return
        spans = word_spans(folded)
        for index, word in enumerate(words):
            for term in self._by_first.get(word, ()):
                size = len(term.words)
                if size > 1 and tuple(words[index : index + size]) != term.words:
                    continue
                group = spans[index : index + size]
                if all(separated(folded[left[1] : right[0]]) for left, right in pairwise(group)):
                    at = [place for start, end in group for place in range(start, end)]
                    if end := is_written(term, plain, folded, at):
                        yield term, at[0], end


class InitialsIndex:
    """Initials of names whose author asks for them: with full stops, or three and more in capitals."""

    __slots__ = ("_by_letters",)

    def __init__(self, matchers: Iterable[TermsMatcher]) -> None:
        self._by_letters: dict[str, list[Term]] = {}
        for matcher in matchers:
            for options in matcher.options:
                if options.initials:
                    letters = "".join(word[0] for word in _WORD.findall(normalize(options.term).folded))
                    term = Term(
                        matcher.id, letters, tuple(letters), (), frozenset(), 0, disguises=False,
                        near=tuple(options.near), within=options.within,
                    )  # fmt: skip
                    if len(letters) > 1:
                        self._by_letters.setdefault(letters, []).append(term)

    def __bool__(self) -> bool:
        return bool(self._by_letters)

    def find(self, plain: str) -> Iterator[tuple[Term, int, int]]:
        """Each name whose initials stand in the plain view, with their range there."""
        for found in _INITIALS.finditer(plain):
            letters = normalize("".join(filter(str.isalpha, found[0]))).folded
            for term in self._by_letters.get(letters, ()):
                yield term, found.start(), found.end()
