"""What the names model reads at each place of a text beside the word itself: a bit for each of MARKS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from guard.models.names.lists import KINDS, WordLists
from guard.models.names.tokens import Token

MARKS: Final = (
    "close",  # no space before it
    "tagged",
    "first",  # of a sentence
    "small",  # a text without capitals
    "capitals",  # a text all in capitals
    *(f"{part}-{kind}" for kind in KINDS for part in ("begin", "inside")),
)
_CLOSE, _TAGGED, _FIRST, _SMALL, _CAPITALS = (1 << place for place in range(5))
_LISTED: Final = 5
_ENDS: Final = frozenset(".!?…:\n")
_FEW: Final = 3


def marks(found: Sequence[Token], lists: WordLists) -> list[int]:
    """Bits of MARKS for each token."""
    words = [token.text for token in found if token.text[0].isalpha()]
    small = sum(map(str.islower, words))
    capitals = sum(len(word) > 1 and word.isupper() for word in words)
    case = 0
    if small == len(words):
        case = _SMALL
    elif capitals >= _FEW and 2 * capitals > len(words):
        case = _CAPITALS
    bits: list[int] = []
    first = True
    for token in found:
        here = case
        if not token.spaced:
            here |= _CLOSE
        if token.tagged:
            here |= _TAGGED
        char = token.text[0]
        if first and char.isalnum():
            here |= _FIRST
            first = False
        elif char in _ENDS:
            first = True
        bits.append(here)
    until = 0
    for at, token in enumerate(found):
        if at < until or not lists.starts(token.text):
            continue
        kinds, until = lists.phrases(found, at)
        for kind in range(len(KINDS)):
            if kinds >> kind & 1:
                bits[at] |= 1 << _LISTED + 2 * kind
                for place in range(at + 1, until):
                    bits[place] |= 2 << _LISTED + 2 * kind
    return bits
