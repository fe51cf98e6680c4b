"""What the names model knows of a single word: its spelling in pieces, its form, and what our word lists say of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from zlib import crc32

from guard.text.fold import fold

PIECES: Final = 1 << 14
"""Rows of the table that pieces of words are hashed into."""
MOST_PIECES: Final = 20
MOST_SUBWORDS: Final = 8
_LONGEST_SUBWORD: Final = 16
FORMS: Final = (
    "lower", "title", "upper", "initial", "mixed", "caseless", "clitic", "number", "url", "handle", "hash",
    "end", "comma", "colon", "quote", "hyphen", "apostrophe", "ampersand", "bracket", "emoji", "sign",
)  # fmt: skip
_FORM: Final = {name: place for place, name in enumerate(FORMS)}
_SIGNS: Final = (
    dict.fromkeys(".!?…", "end")
    | dict.fromkeys(",;", "comma")
    | {":": "colon", "-": "hyphen", "'": "apostrophe", "’": "apostrophe", "&": "ampersand", "#": "hash"}
    | dict.fromkeys('"«»“”„', "quote")
    | dict.fromkeys("()[]{}", "bracket")
)
_LENGTHENED: Final = re.compile(r"(.)\1{2,}")


@lru_cache(maxsize=32768)
def norm(word: str) -> str:
    """The word in small letters, numbers by their length, no letter more than twice: "CHAMPIONNNNS" is "championns"."""
    small = word.lower()
    if small[0].isdigit():
        return "0" * min(len(small), 5)
    return _LENGTHENED.sub(r"\1\1", small)


@lru_cache(maxsize=32768)
def folded(word: str) -> str:
    """The word in small letters without accents, the key of the word lists."""
    return fold(_LENGTHENED.sub(r"\1\1", word))


def key(text: str) -> int:
    """What stands for a word or a phrase in the files of a model."""
    return crc32(text.encode("utf-8", "surrogatepass"))


def form(word: str) -> int:
    """Place in FORMS."""
    return _FORM[_form(word)]


def _form(word: str) -> str:
    first = word[0]
    if first.isalpha():
        if word[-1] in "'’":
            return "clitic"
        if word.islower():
            return "lower"
        if len(word) == 1:
            return "initial" if word.isupper() else "caseless"
        if word.isupper():
            return "upper"
        return (
            "title"
            if word.istitle() or word[1:].islower()
            else "mixed"
            if first != first.lower() or word != word.lower()
            else "caseless"
        )
    if first.isdecimal() or first.isdigit():
        return "number"
    if len(word) > 1:
        return {"<url>": "url", "<at>": "handle"}.get(word, "sign")
    return _SIGNS.get(first) or ("emoji" if first > "\u2190" else "sign")


def pieces(word: str) -> list[int]:
    """Rows of the beginnings, ends and threes of bytes of a normalised word, and of the word itself; at most MOST_PIECES."""
    whole = b"^" + word.encode("utf-8", "surrogatepass") + b"$"
    inner = [whole[at : at + 3] for at in range(min(len(whole) - 2, MOST_PIECES - 8))]
    found = [crc32(whole, 1), crc32(whole[:2], 2), crc32(whole[:3], 2), crc32(whole[:4], 2), crc32(whole[:5], 2)]
    found += [crc32(whole[-3:], 3), crc32(whole[-4:], 3), crc32(whole[-5:], 3), *map(crc32, inner)]
    return [code % PIECES for code in found]


def subwords(word: str, known: Mapping[int, int]) -> list[int]:
    """Numbers of the known subwords of a folded word, the longest that fits, again and again; at most MOST_SUBWORDS.

    `known` leads from the key of a subword, with `##` before it within a word, to its number. What is unknown is passed over.
    """
    found: list[int] = []
    start = 0
    while start < len(word) and len(found) < MOST_SUBWORDS:
        mark = "##" if start else ""
        for end in range(min(len(word), start + _LONGEST_SUBWORD), start, -1):
            if (number := known.get(key(mark + word[start:end]))) is not None:
                found.append(number)
                start = end
                break
        else:
            start += 1
    return found
