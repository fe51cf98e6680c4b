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
EMOJI: Final = (
    "\u2600-\u2775\u2794-\u27bf\U0001f300-\U0001f5ff\U0001f600-\U0001f64f\U0001f680-\U0001f6ff"
    "\U0001f900-\U0001f9ff\U0001fa70-\U0001faff"
)
STEADY: Final = (
    "\t\n\r -~"  # printable ASCII
    "¡-§©«¬®°±¶·»¿-ıĴ-ľŁ-ňŊ-žƀ-ƃƅ-ǃ"  # Latin letters and signs that no compatibility form replaces
    "\u2018\u2019\u201c\u201d\u2022\u2026\u2030\u2039\u203a\u20ac"
) + EMOJI
"""Characters that `plain` keeps as they are, as the inside of a character class (a test proves it). The ellipsis is one of
them although NFKC would write three dots: it is common, hides nothing, and keeping it keeps offsets free."""
_IS_STEADY: Final = re.compile(f"[{STEADY}]").match
_COMMON: Final = "".join(
    char
    for char in map(
        chr, (*range(0x100), 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x2030, 0x2039, 0x203A, 0x20AC)
    )
    if _IS_STEADY(char) and len(FOLDED[char]) == 1
)
"""Steady characters of most posts that fold to one character: they fit into a byte each."""
_NONE: Final = "\ufffe"
"""Stands in a decoding table for no character."""
_CODES: Final = codecs.charmap_build(("\0" + _COMMON).ljust(256, _NONE))
"""With 0 for 0, the encoder takes a table; it would take a dictionary otherwise, which is ten times as slow."""
_FOLDED: Final = bytes([0, *(ord(FOLDED[char]) for char in _COMMON)]).ljust(256)
_ARE_EMOJI: Final = re.compile(f"[{EMOJI}]+").fullmatch


def _signs(error: UnicodeError) -> tuple[bytes, int]:
    """Codec error handler: steady emoji as one byte each."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    run = error.object[error.start : error.end]
    if _ARE_EMOJI(run) is None:
        raise error
    return _SYMBOL_CODE * len(run), error.end


codecs.register_error("guard.fold", _signs)
_SYMBOL_CODE: Final = codecs.charmap_encode("\u2026", "strict", _CODES)[0]


def fold_steady(text: str) -> str | None:
    """The folded view of a text of common characters that `plain` keeps as they are and that fold to one each; else None."""
    if text.isascii() and text.isprintable():
        return text.lower()
    try:
        data, _ = codecs.charmap_encode(text, "guard.fold", _CODES)
    except UnicodeEncodeError:
        return None
    return None if b"\0" in data else data.translate(_FOLDED).decode("latin-1")


def fold(plain: str) -> str:
    """The folded view of a plain one: lower case, no accents, look-alike letters made Latin."""
    folded = plain.lower() if plain.isascii() else fold_steady(plain)
    return plain.translate(_BY_POINT).lower() if folded is None else folded
