"""The way back from a view of a text to the author's own code points.

Findings are reported, and redactions cut, in the original; a view may have dropped, joined or expanded characters.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, repr=False)
class OffsetMap:
    """For each view character, the half-open range of original code points that produced it.

    `starts` and `ends` have one entry per view character and never decrease; both empty means that the view is the
    original, position for position (nothing is stored then). `size` is the original's length in code points.
    """

    starts: array[int]
    ends: array[int]
    size: int = 0

    @property
    def is_identity(self) -> bool:
        return self is IDENTITY

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """Range of the original behind view[start:end], with whatever was dropped in between; always within the original."""
        if self is IDENTITY:
            return start, end
        if start >= end:
            place = self.starts[start] if start < len(self.starts) else self.size
            return place, place
        return self.starts[start], self.ends[end - 1]

    def __repr__(self) -> str:
        return "OffsetMap(identity)" if self is IDENTITY else f"OffsetMap({len(self.starts)} -> {self.size})"


class LazyMap:
    """A map that is worked out when first asked for: in most texts nothing is found."""

    __slots__ = ("_made", "_make")
    is_identity: Final = False

    def __init__(self, make: Callable[[], OffsetMap]) -> None:
        self._make = make
        self._made: OffsetMap | None = None

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """See OffsetMap."""
        made = self._made
        if made is None:  # twice, should two threads ask: the same
            made = self._made = self._make()
        return made.to_original(start, end)

    def __repr__(self) -> str:
        return "LazyMap()"


IDENTITY: Final = OffsetMap(array("l"), array("l"))

_NUMBERS: Final = array("l", range(8192))


def count(numbers: array[int], start: int, end: int) -> None:
    """`numbers.extend(range(start, end))`, quickly: a slice is a copy of memory, a range one object for each number."""
    if end <= len(_NUMBERS):
        numbers.extend(_NUMBERS[start:end])
    else:
        numbers.extend(range(start, end))
