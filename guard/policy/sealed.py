"""The file of sealed terms: lines of keyed hashes that stand in a repository without giving a name away.

First line `guard-sealed 1`, then `key …` (which key they were sealed with), `letters …` (of the longest term), and one hash a
line: 8 signs of the first letters, 16 signs of a whole term. Sorted, so that a change shows how many terms came and went.
"""

from __future__ import annotations

import re
from typing import Final

from guard.errors import Location, PolicyError
from guard.types.matcher import SealedMatcher
from guard.words.texts import Phrase

_MAGIC: Final = "guard-sealed 1"
_KEY: Final = re.compile(r"key ([0-9a-f]{16})")
_LETTERS: Final = re.compile(r"letters (\d{1,3})")
_STARTER: Final = re.compile(r"[0-9a-f]{8}")
_TERM: Final = re.compile(r"[0-9a-f]{16}")


def write_sealed(matcher: SealedMatcher) -> str:
    """The file's text."""
    head = [_MAGIC, f"key {matcher.key_id}", f"letters {matcher.most_letters}"]
    starters = sorted(f"{each:08x}" for each in matcher.starters)
    terms = sorted(f"{each:016x}" for each in matcher.terms)
    return "\n".join([*head, *starters, *terms]) + "\n"


def read_sealed(name: str, data: bytes, matcher: str) -> SealedMatcher | PolicyError:
    """The hashes in a file of that name, for the rule `matcher`; or what is wrong, with its line."""
    lines = data.decode("ascii", "replace").splitlines()
    if not lines or lines[0] != _MAGIC:
        return _wrong(name, 1, Phrase("loader.sealed-other"), Phrase("loader.do.seal-terms"))
    key = _KEY.fullmatch(lines[1]) if len(lines) > 1 else None
    letters = _LETTERS.fullmatch(lines[2]) if len(lines) > 2 else None
    if key is None or letters is None:
        return _wrong(name, 3 if key else 2, Phrase("loader.sealed-head"), Phrase("loader.do.seal-again"))
    starters: set[int] = set()
    terms: set[int] = set()
    for number, line in enumerate(lines[3:], start=4):
        if _TERM.fullmatch(line):
            terms.add(int(line, 16))
        elif _STARTER.fullmatch(line):
            starters.add(int(line, 16))
        else:
            return _wrong(name, number, Phrase("loader.sealed-line"), Phrase("loader.do.seal-by-tool"))
    if not terms or not starters:
        return _wrong(name, len(lines), Phrase("loader.sealed-empty"), Phrase("loader.do.seal-again"))
    return SealedMatcher(matcher, key[1], frozenset(terms), frozenset(starters), int(letters[1]))


def _wrong(name: str, line: int, message: Phrase, hint: Phrase) -> PolicyError:
    return PolicyError(message, hint=hint, location=Location(name, line))
