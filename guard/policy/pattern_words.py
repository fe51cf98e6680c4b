"""What the engine of regular expressions has against a pattern, in words of ours: it speaks English, and to programmers. Pure."""

from __future__ import annotations

from typing import Final

import regex

from guard.words.texts import Phrase

_NAMES: Final = {
    "missing )": "open-bracket",
    "unbalanced parenthesis": "close-bracket",
    "unterminated character set": "open-set",
    "multiple repeat": "two-repeats",
    "nothing to repeat": "no-repeat",
    "min repeat greater than max repeat": "turned-repeat",
    "bad character range": "turned-range",
    "bad escape (end of pattern)": "last-backslash",
    "unknown group": "no-group",
    "unknown property": "no-property",
    "unknown extension": "no-extension",
}


def pattern_wrong(error: Exception, *, secret: bool) -> Phrase:
    """What is wrong, with its place in the pattern; of a secret one nothing, for the engine's own words may quote it."""
    if isinstance(error, RecursionError):
        return Phrase("loader.pattern-deep")
    if secret:
        return Phrase("loader.pattern-wrong")
    name = _NAMES.get(error.msg) if isinstance(error, regex.error) else None
    if name is None or not isinstance(error, regex.error):
        return Phrase("loader.pattern-wrong-because", why=str(error)[:120])
    return Phrase("loader.pattern-wrong-at", why=Phrase(f"loader.pattern.{name}"), at=error.pos + 1)
