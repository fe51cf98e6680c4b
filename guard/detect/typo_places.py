"""Where in a text a name of several words may stand with one of them wrong: all its others are right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from guard.detect.edits import LEAST_WORD, LONGEST, shortened
from guard.detect.term import Term

_LEAST_SEEN: Final = LEAST_WORD - 1


class Places:
    """The words of all names of several words, by their place, to tell where a name may stand with one of them wrong."""

    __slots__ = ("_around", "_first", "_later", "_second")

    def __init__(self) -> None:
        self._first: dict[str, tuple[int, ...]] = {}
        """Of how many words the names are that begin with this one."""
        self._second: dict[str, tuple[int, ...]] = {}
        self._later: set[tuple[int, int, str]] = set()
        """Number of words, place from the third on, word."""
        self._around: set[str] = set()
        """The right words of a name, with two letters of the other at one of its ends: one mistake leaves one end."""

    def __bool__(self) -> bool:
        return bool(self._first)

    def add(self, term: Term) -> None:
        size = len(term.words)
        if size == 1 or not any(len(word) >= LEAST_WORD for word in term.words):
            return
        for known, word in ((self._first, term.words[0]), (self._second, term.words[1])):
            if size not in known.get(word, ()):
                known[word] = (*known.get(word, ()), size)
        for place, word in enumerate(term.words):
            if place > 1:
                self._later.add((size, place, word))
            if len(word) >= LEAST_WORD:
                self._around.update(_around(term.words[:place], word, term.words[place + 1 :]))

    def forms(self, words: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
        """Where a name may begin in `words`, with one word wrong, and its letters with up to one left out of that word."""
        first, second, around = self._first, self._second, self._around
        before = ""
        for index, word in enumerate(words, -1):
            begun, goes_on = first.get(before), second.get(word)
            if begun is not None:
                for size in begun:
                    if size > 2:
                        both = goes_on is not None and size in goes_on
                        for wrong in range(1, size) if both else (1,):
                            yield from self._forms(words, index, size, wrong)
                    elif f"{before}<{word[:2]} " in around or f"{before}>{word[-2:]} " in around:
                        yield from self._forms(words, index, 2, 1)
            if goes_on is not None and len(before) >= _LEAST_SEEN:
                for size in goes_on:
                    if size > 2 or f"<{before[:2]} {word}" in around or f">{before[-2:]} {word}" in around:
                        yield from self._forms(words, index, size, 0)
            before = word

    def _forms(self, words: Sequence[str], index: int, size: int, wrong: int) -> Iterator[tuple[int, list[str]]]:
        words = words[index : index + size]
        if len(words) < size or len(words[wrong]) < _LEAST_SEEN:
            return
        for place in range(2, size):
            if place != wrong and (size, place, words[place]) not in self._later:
                return
        around = _around(words[:wrong], words[wrong], words[wrong + 1 :])
        if around[0] in self._around or around[1] in self._around:
            head, tail = "".join(words[:wrong]), "".join(words[wrong + 1 :])
            yield index, [(head + form + tail)[:LONGEST] for form in shortened(words[wrong][:LONGEST], 1)]


def _around(before: Sequence[str], word: str, after: Sequence[str]) -> tuple[str, str]:
    head, tail = " ".join(before), " ".join(after)
    return f"{head}<{word[:2]} {tail}", f"{head}>{word[-2:]} {tail}"
