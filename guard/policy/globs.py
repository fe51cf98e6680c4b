"""Patterns with `*` (any characters) and `?` (one), matched in linear time: a policy must not be able to stall the gate."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Glob:
    """A compiled pattern; case does not count."""

    pieces: tuple[re.Pattern[str], ...] = field(repr=False)
    """What stands between the stars, in order."""
    width: tuple[int, ...] = field(repr=False)
    """Length of each piece: `?` stands for exactly one character."""

    def fits(self, text: str) -> bool:
        """Whether the whole text matches."""
        folded = text.casefold()
        if len(self.pieces) == 1:
            return len(folded) == self.width[0] and self.pieces[0].match(folded) is not None
        last = len(folded) - self.width[-1]
        if not self.pieces[0].match(folded) or last < self.width[0] or not self.pieces[-1].match(folded, last):
            return False
        # Taking each middle piece as far left as possible never loses a match.
        position = self.width[0]
        for piece in self.pieces[1:-1]:
            found = piece.search(folded, position, last)
            if not found:
                return False
            position = found.end()
        return True


def glob(pattern: str) -> Glob:
    """Compile a pattern; every text is a valid one."""
    parts = pattern.casefold().split("*")
    pieces = tuple(re.compile("".join("." if c == "?" else re.escape(c) for c in part), re.DOTALL) for part in parts)
    return Glob(pieces, tuple(len(part) for part in parts))
