"""What word lists say of the words of a post: given name, surname, place, known person, firm; how usual a word is.

Kept as hashes in sorted arrays, so that a list takes little room and is searched without being unpacked.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from guard.models.names.tokens import Token
from guard.models.names.words import folded, key

FACTS: Final = (
    "given-1", "given-2", "given-3", "given-4", "given-5", "given-us", "given-world",
    "surname-fr", "surname-us", "surname-world", "commune", "commune-part",
    "known-person", "known-person-part", "known-org", "known-org-part", "known-place", "known-place-part",
    "small-1", "small-2", "small-3", "small-4", "capital-1", "capital-2", "capital-3", "capital-4", "capital-5",
    "man", "woman",
)  # fmt: skip
"""What is said of a word, a bit each; `small` is how often it is written small, `capital` which part of the time not."""
KINDS: Final = ("person", "org", "place", "commune")
"""Lists of names of several words."""
LONGEST: Final = 6
_KEPT: Final = 8192
_LINKS: Final = frozenset("-'’.&")
"""Signs within a name of several words that its key leaves out."""


class WordLists:
    """Sorted hashes of words, with a bit for each of FACTS, and of phrases, with a bit for each of KINDS."""

    def __init__(
        self,
        words: NDArray[np.uint32],
        facts: NDArray[np.uint32],
        phrases: NDArray[np.uint32],
        kinds: NDArray[np.uint8],
        starts: NDArray[np.uint32],
    ) -> None:
        self._words = words
        self._facts = facts
        self._phrases = dict(zip(phrases.tolist(), kinds.tolist(), strict=True))
        begins = frozenset(starts.tolist())
        self.facts = lru_cache(maxsize=_KEPT)(self._facts_of)
        """Bits of FACTS for a word as written; 0 for an unknown one."""
        self.starts = lru_cache(maxsize=_KEPT)(lambda word: key(folded(word)) in begins)
        """Whether a name of several words may begin with this one."""

    def _facts_of(self, word: str) -> int:
        found = 0
        for each in {folded(word), word.lower()}:
            code = np.uint32(key(each))  # of the array's own type: else all of it is converted
            place = int(self._words.searchsorted(code))
            if place < len(self._words) and self._words[place] == code:
                found |= int(self._facts[place])
        return found

    def phrases(self, found: Sequence[Token], at: int) -> tuple[int, int]:
        """The longest listed name of several words from token `at` on: bits of KINDS and the token behind it, or 0, at."""
        name = folded(found[at].text)
        best, end, words = 0, at, 1
        for place in range(at + 1, min(at + 2 * LONGEST, len(found))):
            text = found[place].text
            if text in _LINKS:
                continue
            if not (text[0].isalnum()):
                break
            name += " " + folded(text).strip("'")
            words += 1
            if kinds := self._phrases.get(key(name)):
                best, end = kinds, place + 1
            if words == LONGEST:
                break
        return best, end
