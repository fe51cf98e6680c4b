"""Other readings of a text: with character references and percent-encoding decoded, and in the order that a reader sees.

A browser, or a person who takes a link apart, reads `Cl&#105;ent` and `Client%20X` as the name; a right-to-left override
shows a text written backwards the right way round. Such readings are made only where the characters for it stand.
"""

from __future__ import annotations

import html
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from guard.text.normalize import NormalizedText, normalize
from guard.text.offsets import OffsetMap

_REVERSED: Final = "\u202e"
_RUN: Final = re.compile("\u202e([^\n\r\u2028\u2029\u202c]*)\u202c?")
_CODED: Final = re.compile(r"&(?:#\d{1,7};?|#[xX][0-9A-Fa-f]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)|(?:%[0-9A-Fa-f]{2})+")
_ROUNDS: Final = 2
"""How often a text that is still coded after decoding is decoded again."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Another reading of a text, normalised, and the way from its characters before normalising back to the text's."""

    text: NormalizedText
    maps: tuple[OffsetMap, ...]
    """From the reading's own text to the original, one step after another."""
    exact: bool = True
    """False where a range of the reading is no range of the original."""

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """Range of the original behind `text.text[start:end]`."""
        for each in self.maps:
            start, end = each.to_original(start, end)
        return start, end


def may_read_otherwise(text: NormalizedText) -> bool:
    """Whether `readings` may have any: a few nanoseconds for most posts."""
    if _REVERSED in text.text:
        return True
    return ("&" in text.plain or "%" in text.plain) and _CODED.search(text.plain) is not None


def readings(text: NormalizedText) -> Iterator[Reading]:
    """The other readings of a text; none where nothing reads otherwise. Linear in the text's length."""
    plain, maps = text.plain, [text.origin]
    for _ in range(_ROUNDS):
        decoded = _decoded(plain)
        if decoded is None:
            break
        plain, back = decoded
        maps.insert(0, back)
    if len(maps) > 1:
        yield Reading(normalize(plain), tuple(maps))
    if _REVERSED in text.text:
        yield _as_seen(text.text)


def _decoded(plain: str) -> tuple[str, OffsetMap] | None:
    parts: list[str] = []
    starts, ends = array("l"), array("l")
    place = 0
    for found in _CODED.finditer(plain):
        start, end = found.span()
        meant = html.unescape(found[0]) if found[0][0] == "&" else _unquoted(found[0])
        if meant == found[0]:
            continue
        parts.append(plain[place:start])
        starts.extend(range(place, start))
        ends.extend(range(place + 1, start + 1))
        place = end
        parts.append(meant)
        step = 3 if found[0][0] == "%" and len(meant) * 3 == end - start else 0  # one sequence for each character
        starts.extend(start + step * at for at in range(len(meant)))
        ends.extend(start + step * (at + 1) if step else end for at in range(len(meant)))
    if not place:
        return None
    parts.append(plain[place:])
    starts.extend(range(place, len(plain)))
    ends.extend(range(place + 1, len(plain) + 1))
    return "".join(parts), OffsetMap(starts, ends, len(plain))


def _unquoted(coded: str) -> str:
    return bytes.fromhex(coded.replace("%", "")).decode("utf-8", "replace")


def _as_seen(text: str) -> Reading:
    """Stretches under a right-to-left override turned round; each belongs to all that it was made of."""
    parts: list[str] = []
    starts, ends = array("l"), array("l")
    place = 0
    for found in _RUN.finditer(text):
        start, end = found.span()
        inner = found[1][::-1]
        parts += (text[place:start], inner)
        starts.extend(range(place, start))
        ends.extend(range(place + 1, start + 1))
        starts.extend([start] * len(inner))
        ends.extend([end] * len(inner))
        place = end
    parts.append(text[place:])
    starts.extend(range(place, len(text)))
    ends.extend(range(place + 1, len(text) + 1))
    return Reading(normalize("".join(parts)), (OffsetMap(starts, ends, len(text)),), exact=False)
