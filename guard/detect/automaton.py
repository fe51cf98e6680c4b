"""Many byte strings looked for in one pass: daachorse where it has a wheel, else pyahocorasick, with the same answers.

Every occurrence counts, also one within another: a short name must not hide a longer one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any, Final

import ahocorasick

_DoubleArray: Any
try:
    from daachorse import DoubleArrayAhoCorasick as _DoubleArray
except ImportError:  # no wheel for this platform: half as fast
    _DoubleArray = None

Find = Callable[[bytes], Sequence[tuple[int, int, int]]]
"""Start, end and index of each key that stands in a text, in order of their ends."""
HAS_DAACHORSE: Final = _DoubleArray is not None
_MANY: Final = 65_536
"""Keys in an automaton: a few megabytes, two or three milliseconds to read. Four of a quarter of that are read each in a
quarter of the time, but would make every post pay four passes: a sixth of what all detection takes."""
_MOST: Final = 4
"""Automata: each goes over every text."""


def build(keys: Sequence[bytes], *, portable: bool = not HAS_DAACHORSE) -> list[Find]:
    """One automaton, or a few for many keys: nothing else of the process goes on while one is read from another process.

    `keys` are distinct, none of them empty; `joined` makes one `Find` of it.
    """
    if not keys:
        return []
    if portable:
        return [_portable(keys)]
    most = max(_MANY, -(-len(keys) // _MOST))
    return [
        _Shard(_DoubleArray(list(keys[first : first + most])).find_overlapping, first)
        for first in range(0, len(keys), most)
    ]


def joined(finds: Sequence[Find]) -> Find:
    """What `build` gave, as one."""
    match finds:
        case []:
            return _nothing
        case [_Shard(find=find)] | [find]:
            return find

    def found(text: bytes) -> Sequence[tuple[int, int, int]]:
        each = [find(text) for find in finds]
        some = [one for one in each if one]
        return sorted(chain(*some), key=itemgetter(1)) if len(some) > 1 else some[0] if some else ()

    return found


@dataclass(frozen=True, slots=True)
class _Shard:
    """The automaton of the keys from `first` on."""

    find: Find
    first: int

    def __call__(self, text: bytes) -> Sequence[tuple[int, int, int]]:
        found = self.find(text)
        return [(start, end, index + self.first) for start, end, index in found] if self.first and found else found


def _nothing(_text: bytes) -> Sequence[tuple[int, int, int]]:
    return ()


def _portable(keys: Sequence[bytes]) -> Find:
    automaton: Any = ahocorasick.Automaton()
    for index, key in enumerate(keys):
        automaton.add_word(key.decode("latin-1"), (len(key), index))
    automaton.make_automaton()

    def find(text: bytes) -> list[tuple[int, int, int]]:
        hits = automaton.iter(text.decode("latin-1"))
        return [(last + 1 - size, last + 1, index) for last, (size, index) in hits]

    return find
