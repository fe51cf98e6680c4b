"""Where in a text a name of several words may stand with one of them wrong: all its others are right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from guard.detect.dictionary.edits import LEAST_WORD, LONGEST, shortened
from guard.detect.dictionary.term import Term

_LEAST_SEEN: Final = LEAST_WORD - 1
Window = tuple[tuple[str, ...], int, int]
"""Words side by side (fewer at the end of a text), how many the name has, and which of them may be wrong."""


class Places:
    """The words of all names of several words, by their place, to tell where a name may stand with one of them wrong."""

    __slots__ = ("_around", "_ends", "_first", "_later", "_second")

    def __init__(self) -> None:
        self._first: dict[str, tuple[int, ...]] = {}
        """Of how many words the names are that begin with this one."""
        self._second: dict[str, tuple[int, ...]] = {}
        self._ends: set[str] = set()
        """Words of either: no other has to be looked at."""
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
        self._ends.update(term.words[:2])
        for place, word in enumerate(term.words):
            if place > 1:
                self._later.add((size, place, word))
            if len(word) >= LEAST_WORD:
                self._around.update(_around(term.words[:place], word, term.words[place + 1 :]))

    def windows(self, words: Sequence[str]) -> Iterator[tuple[int, Window]]:
        """Where a name may begin in `words`, with one word wrong."""
        ends = self._ends
        for at in [at for at, word in enumerate(words) if word in ends]:
            word = words[at]
            yield from self._begun(words, at, word)
            if at and len(words[at - 1]) >= _LEAST_SEEN:
                before = words[at - 1]
                for size in self._second.get(word, ()):
                    if size > 2 or f"<{before[:2]} {word}" in self._around or f">{before[-2:]} {word}" in self._around:
                        yield at - 1, (tuple(words[at - 1 : at - 1 + size]), size, 0)

    def _begun(self, words: Sequence[str], at: int, before: str) -> Iterator[tuple[int, Window]]:
        """The same where a name's first word stands at `at`."""
        for size in self._first.get(before, ()) if at + 1 < len(words) else ():
            word = words[at + 1]
            if size > 2:
                both = size in self._second.get(word, ())
                for wrong in range(1, size) if both else (1,):
                    yield at, (tuple(words[at : at + size]), size, wrong)
            elif f"{before}<{word[:2]} " in self._around or f"{before}>{word[-2:]} " in self._around:
                yield at, (tuple(words[at : at + 2]), 2, 1)

    def forms(self, window: Window) -> list[str]:
        """The letters of a name there, with up to one left out of the wrong word; none where no name has the others."""
        words, size, wrong = window
        if len(words) < size or len(words[wrong]) < _LEAST_SEEN:
            return []
        for place in range(2, size):
            if place != wrong and (size, place, words[place]) not in self._later:
                return []
        around = _around(words[:wrong], words[wrong], words[wrong + 1 :])
        if around[0] not in self._around and around[1] not in self._around:
            return []
        head, tail = "".join(words[:wrong]), "".join(words[wrong + 1 :])
        return [(head + form + tail)[:LONGEST] for form in shortened(words[wrong][:LONGEST], 1)]


def _around(before: Sequence[str], word: str, after: Sequence[str]) -> tuple[str, str]:
    head, tail = " ".join(before), " ".join(after)
    return f"{head}<{word[:2]} {tail}", f"{head}>{word[-2:]} {tail}"
