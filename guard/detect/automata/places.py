"""Where patterns may match: one pass over a text gives, for each pattern, the ends of what its looser form matches.

With hyperscan, and its automata kept on disk; without it nothing is held, and callers search everywhere.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from guard.detect.automata.charsets import CATEGORIES
from guard.detect.automata.kept import Kept, hyperscan
from guard.detect.automata.loosen import Loose
from guard.detect.automata.regexnodes import ODD_CASES

_TOGETHER: Final = 128
"""Expressions in one automaton: much larger ones take very long to build."""
_FEW: Final = 5
"""Patterns that need so many digits stand in automata of their own: most posts have fewer."""
_DIGITS: Final = CATEGORIES["CATEGORY_DIGIT"].expression()
_MANY_DIGITS: Final = rf"{_DIGITS}(?:.*{_DIGITS}){{{_FEW - 1}}}".encode()
_ODD: Final = 1 << 24
"""Reported for a text with letters that loosened patterns do not know."""
_MANY: Final = _ODD + 1
"""Reported for a text with so many digits."""
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_Expression = tuple[int, bytes]
"""Index of the pattern, and expression."""


class Places:
    """`held` has the indexes of the patterns that are looked for; threads may share it."""

    __slots__ = ("_always", "_local", "_with_digits", "held")

    def __init__(self, patterns: Sequence[Loose | None], cache_dir: Path | None = None) -> None:
        self._always: list[Any] = []
        self._with_digits: list[Any] = []
        """Automata that a text with few digits does not need."""
        self._local = threading.local()
        held: set[int] = set()
        for databases, many in ((self._with_digits, True), (self._always, False)) if hyperscan is not None else ():
            every = [
                (index, each.encode("utf-8", "replace"))
                for index, loose in enumerate(patterns)
                if loose is not None and (loose.digits >= _FEW) is many
                for each in loose.expressions
            ]
            if not many:  # looked for in the same pass, so that they cost nothing
                every[:0] = [
                    (_ODD, "|".join(ODD_CASES).encode()),
                    *([(_MANY, _MANY_DIGITS)] if self._with_digits else ()),
                ]
            refused: set[int] = set()
            for at in range(0, len(every), _TOGETHER):
                refused |= _add(databases, every[at : at + _TOGETHER], cache_dir)
            held |= {index for index, _ in every} - refused
        self.held = frozenset(held - {_ODD, _MANY})

    def find(self, text: str) -> Sequence[tuple[int, list[int]]] | None:
        """Indexes of the patterns that may match and, in order, the characters behind which they may end.

        None when the text has letters that loosened patterns do not know: everything is to be searched everywhere.
        """
        try:
            always, with_digits = self._local.scans
        except AttributeError:  # scratch space is of one thread
            always, with_digits = self._local.scans = [
                [(database.scan, hyperscan.Scratch(database)) for database in databases]
                for databases in (self._always, self._with_digits)
            ]
        try:
            data = text.encode()
        except UnicodeEncodeError:
            data = _LONE_SURROGATE.sub("\ufffd", text).encode()
        ends: dict[int, list[int]] = {}
        for scan, scratch in always:
            scan(data, _note, 0, ends, scratch)
        if not ends:
            return ()
        if ends.pop(_MANY, None):
            for scan, scratch in with_digits:
                scan(data, _note, 0, ends, scratch)
        if _ODD in ends:
            return None
        ascii_only = len(data) == len(text)
        for each in ends.values():
            each.sort()
            if not ascii_only:
                each[:] = _in_characters(data, each)
        return [(index, each) for index, each in ends.items() if index in self.held]


def _add(databases: list[Any], expressions: list[_Expression], cache_dir: Path | None) -> set[int]:
    """Add an automaton; indexes that hyperscan could not take."""
    try:
        databases.append(Kept("places", expressions, partial(_compile, expressions), cache_dir).read())
    except hyperscan.HyperscanError:
        bad = {each[0] for each in expressions if not _compiles(each)}
        good = [each for each in expressions if each[0] not in bad]
        if not bad:  # each alone, but not together
            if len(good) == 1:
                return {good[0][0]}
            half = len(good) // 2
            return _add(databases, good[:half], cache_dir) | _add(databases, good[half:], cache_dir)
        return bad | (_add(databases, good, cache_dir) if good else set())
    return set()


def _note(index: int, _start: int, end: int, _flags: int, ends: dict[int, list[int]]) -> None:
    if index in ends:
        ends[index].append(end)
    else:
        ends[index] = [end]


def _in_characters(data: bytes, ends: list[int]) -> list[int]:
    """Byte offsets, in order, as character offsets, counting on from one to the next."""
    found, done, count = [], 0, 0
    for end in ends:
        count += len(data[done:end].decode("utf-8", "ignore"))
        done = end
        found.append(count)
    return found


def _compiles(expression: _Expression) -> bool:
    try:
        _compile([expression])
    except hyperscan.HyperscanError:
        return False
    return True


def _compile(expressions: Sequence[_Expression]) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[expression for _, expression in expressions],
        ids=[index for index, _ in expressions],
        elements=len(expressions),
        flags=[
            hyperscan.HS_FLAG_UTF8 | (hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL) * (index >= _ODD)
            for index, _ in expressions
        ],
    )
    return database
