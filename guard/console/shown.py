"""Hostile text made harmless to look at: what cannot be seen is shown as its code, what piles up is cut short.

Markup is the templates' matter (autoescape). Here characters are: controls, marks of direction, invisible ones, half
surrogates, and towers of combining marks. The result is a list of pieces, so that a code is never mistaken for text that
an author wrote, and marked spans stay in code points of the original.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_CODED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SEEN_BLANK = frozenset("\u00a0\u202f\u3164\u2800\u115f\u1160\uffa0\u034f\u17b4\u17b5")
"""Blank, or no width, though their category says letter, space or mark."""
_SELECTORS = range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0), range(0x180B, 0x1810)
_TEXT_SELECTOR = "\ufe0f"
_JOINER = "\u200d"
MARKS = 4
"""Combining marks shown on one letter: more than any living script piles up."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters to show alike."""

    text: str
    code: bool = False
    """The text is a code such as `U+202E` that stands for a character."""
    name: str = ""
    """The character's name, for whoever asks what the code means."""
    marks: tuple[int, ...] = ()
    """Numbers of the spans it lies in, as given."""
    size: int = 0
    """Code points of the original that it stands for."""


def pieces(text: str, spans: Sequence[tuple[int, int]] = ()) -> list[Piece]:
    """`text` in pieces; `spans` are half-open ranges of its code points that may overlap and are cut to its length."""
    cuts = sorted({0, len(text), *(place for span in spans for place in span if 0 < place < len(text))})
    found: list[Piece] = []
    for start, end in pairwise(cuts):
        marks = tuple(number for number, (first, last) in enumerate(spans) if first <= start and end <= last)
        found += [Piece(run, code, name, marks, size) for run, code, name, size in _runs(text, start, end)]
    return found


def plain(text: str) -> str:
    """The same as one line of text: for titles and attributes, where no element can stand."""
    return "".join(f"⟨{piece.text}⟩" if piece.code else piece.text for piece in pieces(text))


def units(text: str, place: int) -> int:
    """The place of a code point in the UTF-16 units that browsers count."""
    return place if text.isascii() else place + sum(char > "\uffff" for char in text[:place])


def _runs(text: str, start: int, end: int) -> Iterator[tuple[str, bool, str, int]]:
    """Runs of plain characters, and codes, in `text[start:end]`."""
    begun = start
    piled = 0
    place = start
    while place < end:
        char = text[place]
        if char.isascii() and char.isprintable():
            piled = 0
        elif unicodedata.category(char) in {"Mn", "Me"} and not _coded(text, place):
            piled += 1
            if piled > MARKS:
                yield from _plain(text, begun, place)
                stop = _end_of_marks(text, place, end)
                yield f"+{stop - place} U+{ord(char):04X}…", True, "COMBINING MARKS", stop - place
                begun = place = stop
                continue
        else:
            piled = 0
            if _coded(text, place):
                yield from _plain(text, begun, place)
                yield f"U+{ord(char):04X}", True, unicodedata.name(char, ""), 1
                begun = place + 1
        place += 1
    yield from _plain(text, begun, end)


def _plain(text: str, start: int, end: int) -> Iterable[tuple[str, bool, str, int]]:
    return [(text[start:end], False, "", end - start)] if start < end else []


def _end_of_marks(text: str, place: int, end: int) -> int:
    while place < end and unicodedata.category(text[place]) in {"Mn", "Me"}:
        place += 1
    return place


def _coded(text: str, place: int) -> bool:
    """Whether the character is shown as its code. Joiners and selectors within an emoji are part of what is seen."""
    char = text[place]
    if char in "\n\t":
        return False
    if char == _JOINER:
        return not (_pictured(text[place - 1 : place]) and _pictured(text[place + 1 : place + 2]))
    if char == _TEXT_SELECTOR:
        return not _pictured(text[place - 1 : place]) and text[place - 1 : place] not in frozenset("0123456789#*")
    if any(ord(char) in block for block in _SELECTORS):
        return True
    return (char in _SEEN_BLANK and char not in "\u00a0\u202f") or unicodedata.category(char) in _CODED


def _pictured(char: str) -> bool:
    """Whether it is a picture, or what follows one within an emoji."""
    return bool(char) and (unicodedata.category(char) in {"So", "Sk"} or char == _TEXT_SELECTOR or char in "‼⁉↔↕")
