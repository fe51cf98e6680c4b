"""Many byte strings looked for in one pass: daachorse where it has a wheel, else pyahocorasick, with the same answers.

Every occurrence counts, also one within another: a short name must not hide a longer one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


def build(keys: Sequence[bytes], *, portable: bool = not HAS_DAACHORSE) -> Find:
    """`keys` are distinct, none of them empty.

    One automaton for however many: two of half the size would make every post pay twice, and all that is won is that a
    reload reads each in half the time (7 MB, 20,000 names: 3 ms in which nothing else of a process goes on; 100,000: 35 ms).
    """
    if not keys:
        return _nothing
    find: Find = _portable(keys) if portable else _DoubleArray(list(keys)).find_overlapping
    return find


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
