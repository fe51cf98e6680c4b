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
_ENDS: Final = frozenset(".!?…:")
LISTED_PERSON: Final = 3 << _LISTED
"""Begins or goes on with a listed person of several words."""
_FEW: Final = 3


def marks(found: Sequence[Token], lists: WordLists) -> list[int]:
    """Bits of MARKS for each token."""
    case = _case([token.text for token in found if token.text[0].isalpha()])
    bits: list[int] = []
    first = True
    for text, _, _, spaced, tagged in found:
        here = case if spaced else case | _CLOSE
        if tagged:
            here |= _TAGGED
        if first and text[0].isalnum():
            here |= _FIRST
            first = False
        elif text in _ENDS:
            first = True
        bits.append(here)
    until = 0
    starts = lists.starts
    for at, token in enumerate(found):
        if starts(token.text) and at >= until:
            kinds, until = lists.phrases(found, at)
            if kinds:
                _mark(bits, kinds, at, until)
    return bits


def _case(words: Sequence[str]) -> int:
    whole = "".join(words)
    if not whole or whole.islower():
        return _SMALL
    if not any(map(str.isupper, words)):
        return 0
    capitals = sum(len(word) > 1 and word.isupper() for word in words)
    return _CAPITALS if capitals >= _FEW and 2 * capitals > len(words) else 0


def _mark(bits: list[int], kinds: int, start: int, end: int) -> None:
    for kind in range(len(KINDS)):
        if kinds >> kind & 1:
            bits[start] |= 1 << _LISTED + 2 * kind
            for place in range(start + 1, end):
                bits[place] |= 2 << _LISTED + 2 * kind
