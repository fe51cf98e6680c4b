"""Words of a text and their keyed hashes, the same for a protected document and for a post that may quote it.

Words are runs of letters and digits of the folded view, so case, accents, look-alikes, punctuation and line breaks fall
away. How many words a quote has is counted as a reader of the document counts: `l'accord` is one, though it is two runs.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from itertools import pairwise
from typing import Final

from guard.text.normalize import normalize

SHINGLE: Final = 8
"""Consecutive words of a document that make a quote."""
PROBE: Final = 4
"""Words of the shorter sequences looked up first."""
STRIDE: Final = SHINGLE - PROBE + 1
"""Each 8 words hold 5 sequences of 4, so a look at every fifth place of a text misses none."""
UNFINISHED: Final = 15
"""In place of a number of extra runs: no quote begins here (inside a word, or too near the document's end)."""
_MOST_EXTRA: Final = UNFINISHED - 1
WORD: Final = re.compile(r"[^\W_]+")
_WITHIN: Final = frozenset("'-./@:_&+’")
"""One of these alone between two runs of letters does not end a word."""


class KeyedHash:
    """64-bit hashes that mean nothing without the key; `purpose` keeps the kinds apart. Threads may share it."""

    __slots__ = ("_start",)

    def __init__(self, key: bytes, purpose: str) -> None:
        self._start = blake2b(key=key, digest_size=8, person=purpose.encode())

    def __call__(self, text: str) -> int:
        state = self._start.copy()
        state.update(text.encode("utf-8", "surrogatepass"))
        return int.from_bytes(state.digest(), "little")


def words(folded: str) -> list[str]:
    """Runs of letters and digits."""
    return WORD.findall(folded)


def shingles_of(text: str) -> tuple[list[str], list[int]]:
    """A document's runs, and for each that begins a sequence of 8 the number of runs that 8 whole words take beyond 8."""
    folded = normalize(text.replace("—", " — ")).folded  # an em dash parts words even without spaces
    found = list(WORD.finditer(folded))
    runs = [each[0] for each in found]
    number = 0
    numbers = [0] * min(1, len(runs))
    for left, right in pairwise(found):
        number += not _is_within(folded[left.end() : right.start()], left[0], right[0])
        numbers.append(number)
    lasts = {number: place for place, number in enumerate(numbers)}
    extras: list[int] = []
    for place in range(len(runs) - SHINGLE + 1):
        last = lasts.get(numbers[place] + SHINGLE - 1)
        begins = place == 0 or numbers[place] != numbers[place - 1]
        extras.append(UNFINISHED if last is None or not begins else min(last - place - SHINGLE + 1, _MOST_EXTRA))
    return runs, extras


def _is_within(gap: str, left: str, right: str) -> bool:
    return gap in _WITHIN or (gap == "," and left[-1].isdigit() and right[0].isdigit())
