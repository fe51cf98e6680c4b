"""A text with some stretches read otherwise, and the way back: what every other reading is made of.

An edit says which stretch reads as what, and, where that can be told, which part of the stretch each character comes from.
Far from every edit the text is left out: what stands there was read already.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from guard.errors import GuardError
from guard.text.offsets import LazyMap, OffsetMap, count

_AROUND: Final = 120
"""Characters of the text kept on either side of an edit: more than any context that a detector looks for."""
_LEFT_OUT: Final = "\n\n"
"""Stands for text left out."""
_SPACE: Final = 40
"""How far back a space is looked for, so that no word is cut."""


class TangledError(GuardError):
    """A text in more disguises than are read. Whoever asked for its readings has not seen all of them."""


Place = tuple[int, int]
Places = Sequence[Place] | Callable[[], Sequence[Place]]
"""Ranges of a text, or what tells them when something is found there."""


@dataclass(slots=True, repr=False)  # not frozen: a text may have thousands, and that would double what they cost
class Edit:
    """`text[start:end]` reads as `view`. Nobody changes it."""

    start: int
    end: int
    view: str
    places: Places | None = None
    """The range of the text behind each character of `view`. None: one for one where both are as long, else all of it."""

    def __repr__(self) -> str:
        return f"Edit({self.start}, {self.end}, {len(self.view)} characters)"


def whole(start: int, end: int, view: str) -> Edit:
    """An edit in which every character of `view` stands for the whole stretch."""
    return Edit(start, end, view, [(start, end)] * len(view))


@dataclass(frozen=True, slots=True)
class Mirror:
    """The map of a text read from its last character to its first. `size` is its length."""

    size: int

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        return self.size - end, self.size - start


class _Builder:
    """Collects a reading, and what its map is made of."""

    __slots__ = ("parts", "sources", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts: list[str] = []
        self.sources: list[Edit | Place] = []
        """What each part comes from: an edit, or a range of the text; of what is left out, an empty one."""

    def keep(self, start: int, end: int, *, last: bool = False) -> None:
        """Text without edits: its ends if it is long, else all of it."""
        head = start + _AROUND if self.parts else start
        tail = end if last else end - _AROUND
        if tail - head <= _AROUND:
            self._copy(start, end)
            return
        if self.parts:
            cut = self.text.find(" ", head, head + _SPACE)
            head = cut if cut >= 0 else head
            self._copy(start, head)
        place = min(head, len(self.text))
        self.parts.append(_LEFT_OUT)
        self.sources.append((place, place))
        if not last:
            cut = self.text.rfind(" ", tail - _SPACE, tail)
            self._copy(cut if cut >= 0 else tail, end)

    def _copy(self, start: int, end: int) -> None:
        if start < end:
            self.parts.append(self.text[start:end])
            self.sources.append((start, end))

    def put(self, edit: Edit) -> None:
        self.parts.append(edit.view)
        self.sources.append(edit)


def _map(sources: Iterable[Edit | Place], size: int) -> OffsetMap:
    """The way back from a reading made of these parts to its text, of that size."""
    starts, ends = array("l"), array("l")
    for source in sources:
        if isinstance(source, tuple):
            start, end = source
            if start < end:
                count(starts, start, end)
                count(ends, start + 1, end + 1)
            else:
                starts.extend([start] * len(_LEFT_OUT))
                ends.extend([start] * len(_LEFT_OUT))
        elif source.places is not None:
            places = source.places() if callable(source.places) else source.places
            starts.extend([first for first, _ in places])
            ends.extend([after for _, after in places])
        elif len(source.view) == source.end - source.start:
            count(starts, source.start, source.end)
            count(ends, source.start + 1, source.end + 1)
        else:
            starts.extend([source.start] * len(source.view))
            ends.extend([source.end] * len(source.view))
    return OffsetMap(starts, ends, size)


def apply(text: str, edits: Iterable[Edit]) -> tuple[str, LazyMap] | None:
    """`text` as the edits read it, the first and longest of those that overlap; None when there are none that change it."""
    built = _Builder(text)
    place = 0
    changed = False
    for edit in sorted(edits, key=lambda each: (each.start, -each.end)):
        if edit.start < place:
            continue
        if edit.start > place or not built.parts:
            built.keep(place, edit.start)
        built.put(edit)
        place = edit.end
        changed = changed or edit.view != text[edit.start : edit.end]
    if not changed:
        return None
    built.keep(place, len(text), last=True)
    sources, size = built.sources, len(text)
    return "".join(built.parts), LazyMap(lambda: _map(sources, size))
