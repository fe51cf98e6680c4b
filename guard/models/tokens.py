"""A text as the models read it: the words, numbers and signs of the folded view.

Lower case, no accents, look-alike letters made Latin: what a hurried or a disguising writer changes is gone before.
"""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(r"[^\W\d_]+'?|\d+|[^\w\s]")
_LONGEST: Final = 24
"""Letters of a word that count."""
_RUN: Final = re.compile(r"(\w)\1{2,}")

_IDENTIFIER: Final = re.compile(
    r"\S{1,64}@[^\s@]{1,64}|(?:https?://|www\.)\S{1,200}|[+#]?\d(?:[ .\-/]?\d){5,40}|\b(?=[a-z]*\d)[a-z\d]{8,80}\b"
)

Token = tuple[str, int, int]
"""The word, and its place in the folded view."""


_MAY_IDENTIFY: Final = re.compile(r"[@\d]|https?://|www\.")
"""Stands in each of them; told in a tenth of the time."""


def bare(folded: str) -> str:
    """The text with blanks in place of addresses, links, long numbers and codes: other detectors know what those are."""
    if not _MAY_IDENTIFY.search(folded):
        return folded
    return _IDENTIFIER.sub(lambda found: " " * len(found[0]), folded)


def words_of(folded: str) -> list[str]:
    """Words, numbers and signs in order. A number is told by how many digits it has, and "noooon" is "noon"."""
    return list(map(_TOLD.__getitem__, _TOKEN.findall(folded)))


def tokens(folded: str) -> list[Token]:
    """The same with their places."""
    return [(_TOLD[found[0]], *found.span()) for found in _TOKEN.finditer(folded)]


def _told(word: str) -> str:
    if word[0].isdigit():
        return "0" * min(len(word), 7)
    return word if len(word) < 4 else _RUN.sub(r"\1\1", word[:_LONGEST])


class _Told(dict[str, str]):
    """What words are told as, for a while: most come again."""

    def __missing__(self, word: str) -> str:
        told = _told(word)
        if len(word) <= _LONGEST:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[word] = told
        return told


_REMEMBERED: Final = 1 << 15
_TOLD: Final = _Told()
