"""Invisible characters where an honest writer puts none: a finding of its own, whatever they hide.

Ordinary are those that Unicode asks for: joiners within emoji and within the scripts that need them, a selector after an
emoji, the tags of a flag, a soft hyphen where a line may break, a byte order mark at the start, one mark of direction
beside a word written from right to left.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from guard.text.normalize import CONCEALED, NormalizedText

INSIDE_WORD: Final = "invisible character inside a word"
TAGS: Final = "tag characters"
SELECTORS: Final = "run of variation selectors"
OVERRIDE: Final = "direction override"
RUN: Final = "run of invisible characters"

_RUN: Final = re.compile(CONCEALED.pattern + "+")
_TAG: Final = re.compile("[\U000e0020-\U000e007f]")
_SELECTOR: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_JOINERS: Final = frozenset(
    "\u200b\u200c\u200d\u2060\ufeff\u034f\u200e\u200f\u2061\u2062\u2063\u2064\u3164\ufe00\ufe01"
)
"""The usual ones, alone."""
_OVERRIDES: Final = frozenset("\u202d\u202e")
_SOFT_HYPHEN: Final = "\u00ad"
_FLAG: Final = "\U0001f3f4"
_PLAIN_SCRIPTS: Final = ("LATIN", "GREEK", "CYRILLIC", "FULLWIDTH", "MATHEMATICAL")
_LONG: Final = 6
"""More invisible characters than this side by side have no honest use."""
_MOST: Final = 100
"""Marks given of one text; the last then reaches to the end of the text."""


def hidden_marks(text: str) -> list[tuple[int, int, str]]:
    """Where `text` hides something: start, end and kind of each, in code points of `text`, in order. Linear."""
    marks: list[tuple[int, int, str]] = []
    runs = [run.span() for run in _RUN.finditer(text)]
    for number, (start, end) in enumerate(runs):
        kind = _kind(text, start, end)
        if kind is None:
            continue
        if marks and marks[-1][2] == kind and start - marks[-1][1] <= 1:
            marks[-1] = (marks[-1][0], end, kind)  # one between each two letters: one finding
        elif len(marks) == _MOST:  # which of the others is the last, not what each of them is
            last = next(after for first, after in reversed(runs[number:]) if _kind(text, first, after) is not None)
            marks[-1] = (marks[-1][0], last, marks[-1][2])
            break
        else:
            marks.append((start, end, kind))
    return marks


def marks_of(text: NormalizedText) -> list[tuple[int, int, str]]:
    """`hidden_marks` of a text already normalised; nothing, at once, for most."""
    return hidden_marks(text.text) if text.hides else []


def _kind(text: str, start: int, end: int) -> str | None:
    """What a run of invisible characters is; None for an ordinary one."""
    run = text[start:end]
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if run in _JOINERS:
        return INSIDE_WORD if _inside(before, after) else None
    if _TAG.search(run):
        return None if before == _FLAG and run[-1] == "\U000e007f" and len(run) <= _LONG + 1 else TAGS
    if not _OVERRIDES.isdisjoint(run):
        return OVERRIDE
    if len(_SELECTOR.findall(run)) > 2:
        return SELECTORS
    if len(run) > _LONG:
        return RUN
    if run == _SOFT_HYPHEN:
        return INSIDE_WORD if _hyphenated(text, start) else None
    return INSIDE_WORD if _inside(before, after) else None


def _hyphenated(text: str, at: int) -> bool:
    """Whether a soft hyphen stands where no word is broken: beside a digit, or one letter from another soft hyphen."""
    beside = text[max(at - 1, 0) : at + 2]
    if any(char.isdigit() for char in beside):
        return len(beside) == 3 and beside[0].isalnum() and beside[2].isalnum()
    return _SOFT_HYPHEN in {text[at - 2 : at - 1], text[at + 2 : at + 3]}


def _inside(before: str, after: str) -> bool:
    """Whether a short run stands between two characters of one word, or of one number, that need none."""
    return before.isalnum() and after.isalnum() and not _joins(before) and not _joins(after)


def _joins(char: str) -> bool:
    """Whether the character's script uses joiners, selectors or marks of direction: everything but Latin, Greek, Cyrillic."""
    return not char.isascii() and not unicodedata.name(char, "").startswith(
        ("LATIN", "GREEK", "CYRILLIC", "FULLWIDTH", "MATHEMATICAL")
    )
