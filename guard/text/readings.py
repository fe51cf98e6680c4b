"""Other readings of a text: what a person, or a common tool, reads where the letters as they stand say nothing.

A trigger tells, in the one pass over the plain view, that a reading may differ; a clean post pays nothing for them. How
far a reading is to be believed depends on how it is made: decoding gives what is written, shifting letters gives chance
hits too, so that only what a checksum, a numbering plan or a dictionary confirms counts there.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from guard.text.edits import Mirror, TangledError, apply
from guard.text.normalize import NormalizedText, normalize
from guard.text.offsets import LazyMap, OffsetMap, count
from guard.text.triggers import TRIGGERS, Trigger
from guard.text.trust import Trust

__all__ = ["TRIGGERS", "Reading", "TangledError", "Trigger", "Trust", "may_read_otherwise", "readings"]

_REVERSED: Final = "\u202e"
_RUN: Final = re.compile("\u202e([^\n\r\u2028\u2029\u202c]*)\u202c?")
_DEPTH: Final = 2
"""How often a text that still reads otherwise after decoding is read again."""
_BUDGET: Final = 8_000
"""Characters of all readings of a text together; one and a half times its own length where that is more. Of 1,500 stretches of
5,000 characters of novels, manuals, chats and speeches none needs more; texts made to cost time do."""
_LEAST: Final = 400
"""What a short reading costs at least, in characters: making and scanning it has a price of its own."""
_LONGEST: Final = 65_536
"""Characters of a text beyond which what was decoded is not read once more."""


class Map(Protocol):
    """The way back from a text to the one it was made of."""

    def to_original(self, start: int, end: int) -> tuple[int, int]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """Another reading of a text, normalised, and the way from its characters before normalising back to the text's."""

    kind: str
    text: NormalizedText
    maps: tuple[Map, ...]
    """From the reading's own text to the original, one step after another."""
    exact: bool = True
    """False where a range of the reading is no range of the original."""
    trust: Trust = Trust.WRITTEN

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """Range of the original behind `text.text[start:end]`."""
        for each in self.maps:
            start, end = each.to_original(start, end)
        return start, end


def may_read_otherwise(text: NormalizedText) -> bool:
    """Whether `readings` may have any, told without the automaton: for platforms that have none, and for tests."""
    return _overridden(text) or bool(kinds_met(text.plain))


def readings(
    text: NormalizedText, kinds: Collection[str] | None = None, find: Callable[[str], Collection[str]] | None = None
) -> Iterator[Reading]:
    """The other readings of a text; none where nothing reads otherwise. Linear in the text's length.

    `kinds` are those whose triggers stand in the plain view, and `find` tells them of a reading's own; None to look here,
    which takes longer than the automaton. What runs against the direction of writing is always read as seen: its signs do
    not stand in the plain view. TangledError, after some readings, for a text with more disguises than are read: it is to
    be held.
    """
    if _overridden(text):
        yield _as_seen(text.text)
    find = find or kinds_met
    met = find(text.plain) if kinds is None else kinds
    if met:
        yield from _Reader(find, max(_BUDGET, len(text.text) * 3 // 2)).read(text, met, (text.origin,), _DEPTH)


def kinds_met(plain: str) -> list[str]:
    """Kinds of readings whose triggers stand in a plain view, without the automaton."""
    return list(dict.fromkeys(each.kind for each in TRIGGERS if each.python.search(plain)))


def _overridden(text: NormalizedText) -> bool:
    return not text.origin.is_identity and _REVERSED in text.text


class _Reader:
    """Makes the readings of one text, within a budget."""

    __slots__ = ("_find", "_left", "_seen")

    def __init__(self, find: Callable[[str], Collection[str]], budget: int) -> None:
        self._find = find
        self._left = budget
        self._seen: set[str] = set()

    def read(
        self, text: NormalizedText, kinds: Collection[str], maps: tuple[Map, ...], depth: int
    ) -> Iterator[Reading]:
        """Readings of `text`, a text's own or an earlier reading; `maps` lead from its plain view to the original."""
        from guard.text.disguises import upright
        from guard.text.ways import WAYS

        self._seen.add(text.plain)
        if "turned" in kinds and depth == _DEPTH:
            yield Reading("turned", normalize(upright(text.text)), (Mirror(len(text.text)),))
        for kind, way in WAYS.items():
            if kind not in kinds:
                continue
            for maker in way.makers:
                made = apply(text.plain, maker(text.plain))
                if made is None or made[0] in self._seen:
                    continue
                self._spend(len(made[0]))
                reading = Reading(kind, normalize(made[0]), (made[1], *maps), way.exact, way.trust)
                yield reading
                if way.again and depth > 1 and len(made[0]) <= _LONGEST:
                    yield from self._again(reading, depth)
                else:
                    self._seen.add(made[0])

    def _again(self, reading: Reading, depth: int) -> Iterator[Reading]:
        inner = reading.text
        if met := self._find(inner.plain):
            yield from self.read(inner, met, (inner.origin, *reading.maps), depth - 1)

    def _spend(self, size: int) -> None:
        self._left -= max(size, _LEAST)
        if self._left < 0:
            raise TangledError(
                "the text reads in more ways than are looked at",
                hint="A person should read it: hardly any honest text mixes so many codes.",
            )


def _as_seen(text: str) -> Reading:
    """Stretches under a right-to-left override turned round; each belongs to all that it was made of."""
    seen = _RUN.sub(lambda found: found[1][::-1], text)
    return Reading("override", normalize(seen), (LazyMap(lambda: _as_seen_map(text)),), exact=False)


def _as_seen_map(text: str) -> OffsetMap:
    starts, ends = array("l"), array("l")
    place = 0
    for found in _RUN.finditer(text):
        start, end = found.span()
        count(starts, place, start)
        count(ends, place + 1, start + 1)
        starts.extend([start] * len(found[1]))
        ends.extend([end] * len(found[1]))
        place = end
    count(starts, place, len(text))
    count(ends, place + 1, len(text) + 1)
    return OffsetMap(starts, ends, len(text))
