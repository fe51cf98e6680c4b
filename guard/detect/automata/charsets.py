"""Sets of characters as hyperscan's terms: those of ASCII exactly, those above it as a few coarse ranges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import regex

ASCII: Final = frozenset(range(128))
WORD: Final = frozenset(code for code in ASCII if chr(code).isalnum() or code == ord("_"))
DIGIT: Final = frozenset(range(ord("0"), ord("9") + 1))
SPACE: Final = frozenset(code for code in ASCII if regex.match(r"\s", chr(code)))
ALL_WIDE: Final = r"\x{80}-\x{10ffff}"
DIGIT_WIDE: Final = r"\x{660}-\x{1fff}\x{a620}-\x{10ffff}"
"""Few and coarse: an automaton pays for every range."""
SPACE_WIDE: Final = r"\x{85}\x{a0}\x{1680}\x{2000}-\x{205f}\x{3000}"
WORD_WIDE: Final = r"\x{aa}-\x{10ffff}"


@dataclass(frozen=True, slots=True)
class Chars:
    """A set of characters: those of ASCII, and ranges above it in hyperscan's terms."""

    ascii: frozenset[int] = frozenset()
    wide: frozenset[str] = frozenset()

    def __or__(self, other: Chars) -> Chars:
        return Chars(self.ascii | other.ascii, self.wide | other.wide)

    @property
    def only_word(self) -> bool:
        """No sign, no space."""
        return self.ascii <= WORD and self.wide <= WIDE_LETTERS

    @property
    def no_word(self) -> bool:
        return not self.ascii & WORD and self.wide <= {SPACE_WIDE}

    def expression(self) -> str:
        codes = sorted(self.ascii)
        if len(codes) == 1 and not self.wide:
            return _sign(codes[0])
        parts, at = [], 0
        while at < len(codes):
            last = at
            while last + 1 < len(codes) and codes[last + 1] == codes[last] + 1:
                last += 1
            parts.append(_sign(codes[at]) + (f"-{_sign(codes[last])}" if last > at else ""))
            at = last + 1
        wide = {ALL_WIDE} if ALL_WIDE in self.wide else self.wide
        return f"[{''.join(parts)}{''.join(sorted(wide))}]"


def _sign(code: int) -> str:
    return chr(code) if code in WORD else f"\\x{code:02x}"


WIDE_LETTERS: Final = frozenset({DIGIT_WIDE, WORD_WIDE})
ANY: Final = Chars(ASCII, frozenset({ALL_WIDE}))
NOT_WORD: Final = Chars(ASCII - WORD, frozenset({ALL_WIDE}))
LETTERS: Final = Chars(WORD, frozenset({WORD_WIDE}))
CATEGORIES: Final = {
    "CATEGORY_DIGIT": Chars(DIGIT, frozenset({DIGIT_WIDE})),
    "CATEGORY_NOT_DIGIT": Chars(ASCII - DIGIT, frozenset({ALL_WIDE})),
    "CATEGORY_SPACE": Chars(SPACE, frozenset({SPACE_WIDE})),
    "CATEGORY_NOT_SPACE": Chars(ASCII - SPACE, frozenset({ALL_WIDE})),
    "CATEGORY_WORD": LETTERS,
    "CATEGORY_NOT_WORD": NOT_WORD,
}


def union(parts: Iterable[Chars]) -> Chars:
    found = Chars()
    for part in parts:
        found |= part
    return found
