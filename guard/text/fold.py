"""Folding for dictionaries: lower case, no accents, look-alike letters of other scripts made Latin.

Works on one plain character at a time and drops none, so that equal lengths of input and output mean equal offsets.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final

from guard.text.confusables import LATIN

NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_DERIVED: Final = re.compile(
    r"(?:LATIN (?:LETTER SMALL CAPITAL|(?:SMALL|CAPITAL) LETTER(?: (?:TURNED|REVERSED|LONG-LEGGED|SCRIPT|BLACKLETTER))?)"
    r"|(?:NEGATIVE )?(?:SQUARED|CIRCLED) LATIN CAPITAL LETTER|CROSSED NEGATIVE SQUARED LATIN CAPITAL LETTER"
    r"|REGIONAL INDICATOR SYMBOL LETTER) ([A-Z])(?: WITH .*)?"
)
_LIGATURES: Final = {"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th", "ð": "d", "đ": "d", "ı": "i", "’": "'", "‘": "'"}
_LATIN: Final = LATIN | _LIGATURES


def _fold_once(char: str) -> str:
    if char in _LATIN:
        return _LATIN[char]
    lower = char.casefold()
    if lower != char:
        return lower
    bare = "".join(
        part for part in unicodedata.normalize("NFKD", char) if not unicodedata.category(part).startswith("M")
    )
    if bare not in {char, ""}:
        return bare
    derived = _DERIVED.fullmatch(unicodedata.name(char, ""))
    return derived[1].lower() if derived else char


SYMBOL: Final = "\x1a"
"""What stands in the folded view for an emoji or another sign that is neither letter nor digit."""
_SYMBOL: Final = re.compile(
    "[\u2018\u201c\u201d\u2022\u2026\u2030\u2039\u203a\u20ac\u2600-\u27bf\U0001f300-\U0001faff]"
)


class _FoldTable(dict[str, str]):
    """Folded form of one character of `plain`, never empty, so that equal lengths mean equal offsets."""

    def __missing__(self, char: str) -> str:
        view = SYMBOL if _SYMBOL.match(char) else char
        for _ in range(4):  # casefold, then accents, then look-alikes: few steps lead to rest
            view = "".join(part.lower() if part.isascii() else _fold_once(part) for part in view)
        self[char] = view = view.lower()
        return view


FOLDED: Final = _FoldTable()
"""Folded form of any one character of the plain view."""


class _ByPoint(dict[int, str]):
    """The same by code point, as `str.translate` asks for it."""

    def __missing__(self, point: int) -> str:
        value = self[point] = FOLDED[chr(point)] if point > _LAST_ASCII else chr(point)
        return value


_LAST_ASCII: Final = 0x7F
_BY_POINT: Final = _ByPoint()
_LATIN_1: Final = bytes(ord(FOLDED[chr(point)]) if len(FOLDED[chr(point)]) == 1 else point for point in range(256))
_SHORT_LATIN_1: Final = bytes(point for point in range(256) if len(FOLDED[chr(point)]) == 1)


def _signs(error: UnicodeError) -> tuple[bytes, int]:
    """Codec error handler: what is beside Latin-1 as one byte each, unless some of it is a letter."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = _SYMBOL.sub(SYMBOL, error.object[error.start : error.end].replace("\u2019", "'"))
    if not signs.isascii():
        raise error
    return signs.encode("ascii"), error.end


codecs.register_error("guard.fold", _signs)


def fold(plain: str) -> str:
    """The folded view of a plain one: lower case, no accents, look-alike letters made Latin."""
    if plain.isascii():
        return plain.lower()
    try:
        data = plain.encode("latin-1", "guard.fold")
    except UnicodeEncodeError:
        pass
    else:
        if not data.translate(None, _SHORT_LATIN_1):
            return data.translate(_LATIN_1).decode("latin-1")
    return plain.translate(_BY_POINT).lower()
