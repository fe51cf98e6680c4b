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


def bare(folded: str) -> str:
    """The text with blanks in place of addresses, links, long numbers and codes: other detectors know what those are."""
    return _IDENTIFIER.sub(lambda found: " " * len(found[0]), folded)


def tokens(folded: str) -> list[Token]:
    """Words, numbers and signs in order. A number is told by how many digits it has, and "noooon" is "noon"."""
    found: list[Token] = []
    for match in _TOKEN.finditer(folded):
        word = match[0]
        if word[0].isdigit():
            word = "0" * min(len(word), 7)
        elif len(word) > 3:
            word = word[:_LONGEST]
            if _RUN.search(word):
                word = _RUN.sub(r"\1\1", word)
        found.append((word, match.start(), match.end()))
    return found
