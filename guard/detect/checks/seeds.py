"""Seed phrases of wallets by the word list and the checksum of BIP-39: words from it in a row need no label to tell what they are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cache
from typing import Final

from guard.detect.checks.wordlist import listed

_LENGTHS: Final = (24, 21, 18, 15, 12)
_WORD: Final = re.compile(r"[a-z]+")
_BITS: Final = 11
"""Of a word: its place in a list of 2,048."""
_CHECK: Final = 33
"""Of so many bits, one belongs to the checksum."""
_REPEATED: Final = 4
"""Words that may stand there twice; `abandon abandon … about` is in every manual."""


@cache
def places() -> dict[str, int]:
    """The words of the list and their places, read when a row of words is first looked at."""
    return {word: place for place, word in enumerate(listed("bip39.txt"))}


def _longest(text: str, accept: Callable[[list[int]], bool]) -> int:
    """Length of the longest phrase that `text` begins with, all its words on the list and nearly all different; 0 for none."""
    known = places()
    said: list[int] = []
    ends: list[int] = []
    for word in _WORD.finditer(text.lower()):
        place = known.get(word[0])
        if place is None or len(said) == _LENGTHS[0]:
            break
        said.append(place)
        ends.append(word.end())
    for count in _LENGTHS:
        if len(said) >= count and len(set(said[:count])) >= count - _REPEATED and accept(said[:count]):
            return ends[count - 1]
    return 0


def _adds_up(said: list[int]) -> bool:
    bits = len(said) * _BITS
    check = bits // _CHECK
    whole = 0
    for place in said:
        whole = whole << _BITS | place
    entropy = (whole >> check).to_bytes((bits - check) // 8, "big")
    return hashlib.sha256(entropy).digest()[0] >> 8 - check == whole & (1 << check) - 1


def seed_words(text: str) -> int:
    """Length of a seed phrase whose checksum is right."""
    return _longest(text, _adds_up)


def listed_words(text: str) -> int:
    """Length of as many words of the list, whatever they add up to: one may be misspelt, or made up to be shown."""
    return _longest(text, bool)


SEEDS: Final[dict[str, Callable[[str], int]]] = {"seed_words": seed_words, "listed_words": listed_words}
"""Validators by their name in the catalogue."""
