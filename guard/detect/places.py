"""Where patterns may match: one pass over a text gives, for each pattern, the ends of what its looser form matches.

With hyperscan, and its automata kept on disk; without it nothing is held, and callers search everywhere.
"""

from __future__ import annotations

import hashlib
import platform
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from guard.detect.loosen import ODD_CASES, Loose
from guard.detect.prefilter import _cpu_flags, _keep, _pack, _unpack, hyperscan

_TOGETHER: Final = 128
"""Expressions in one automaton: much larger ones take very long to build."""
_FEW: Final = 5
"""Patterns that need so many digits stand in automata of their own: most posts have fewer."""
_DIGITS: Final = b"0123456789" + bytes(range(0xD9, 0xF5))
"""Digits, and first bytes of characters among which digits of other scripts are."""
_MAGIC: Final = b"guard-places-1\n"
_ODD: Final = 1 << 24
"""Reported for a text with letters that loosened patterns do not know."""
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_Expression = tuple[int, bytes]
"""Index of the pattern, and expression."""


class Places:
    """`held` has the indexes of the patterns that are looked for; threads may share it."""

    __slots__ = ("_local", "_sets", "held")

    def __init__(self, patterns: Sequence[Loose | None], cache_dir: Path | None = None) -> None:
        self._sets: list[tuple[int, Any]] = []
        """Automata, each with the digits that a text must have for it."""
        self._local = threading.local()
        held: set[int] = set()
        for least, most in ((0, _FEW), (_FEW, None)) if hyperscan is not None else ():
            every = [
                (index, each.encode("utf-8", "replace"))
                for index, loose in enumerate(patterns)
                if loose is not None and least <= loose.digits and (most is None or loose.digits < most)
                for each in loose.expressions
            ]
            if not least:  # looked for in the same pass, so that it costs nothing
                every.insert(0, (_ODD, "|".join(ODD_CASES).encode()))
            refused: set[int] = set()
            for at in range(0, len(every), _TOGETHER):
                refused |= self._add(least, every[at : at + _TOGETHER], cache_dir)
            held |= {index for index, _ in every} - refused
        self.held = frozenset(held - {_ODD})

    def find(self, text: str) -> Sequence[tuple[int, list[int]]] | None:
        """Indexes of the patterns that may match and, in order, the characters behind which they may end.

        None when the text has letters that loosened patterns do not know: everything is to be searched everywhere.
        """
        try:
            scans = self._local.scans
        except AttributeError:  # scratch space is of one thread
            scans = self._local.scans = [(least, each.scan, hyperscan.Scratch(each)) for least, each in self._sets]
        try:
            data = text.encode()
        except UnicodeEncodeError:
            data = _LONE_SURROGATE.sub("\ufffd", text).encode()
        reported: list[tuple[int, int]] = []
        for least, scan, scratch in scans:
            if least and len(data) - len(data.translate(None, _DIGITS)) < least:
                break
            scan(data, _note, 0, reported, scratch)
        return self._by_pattern(data, reported, same=len(data) == len(text)) if reported else ()

    def _by_pattern(
        self, data: bytes, reported: list[tuple[int, int]], *, same: bool
    ) -> list[tuple[int, list[int]]] | None:
        """Ends by pattern, in characters; `same` tells that bytes are characters."""
        met: dict[int, list[int]] = {}
        for index, end in reported:
            if index in met:
                met[index].append(end)
            else:
                met[index] = [end]
        if _ODD in met:
            return None
        return [
            (index, sorted(ends) if same else _in_characters(data, ends))
            for index, ends in met.items()
            if index in self.held
        ]

    def _add(self, least: int, expressions: list[_Expression], cache_dir: Path | None) -> set[int]:
        """Indexes that hyperscan could not take."""
        try:
            self._sets.append((least, _open(expressions, cache_dir)))
        except hyperscan.HyperscanError:
            bad = {each[0] for each in expressions if not _compiles(each)}
            good = [each for each in expressions if each[0] not in bad]
            if not bad:  # each alone, but not together
                if len(good) == 1:
                    return {good[0][0]}
                half = len(good) // 2
                return self._add(least, good[:half], cache_dir) | self._add(least, good[half:], cache_dir)
            return bad | (self._add(least, good, cache_dir) if good else set())
        return set()


def _note(index: int, _start: int, end: int, _flags: int, reported: list[tuple[int, int]]) -> None:
    reported.append((index, end))


def _in_characters(data: bytes, ends: list[int]) -> list[int]:
    """Byte offsets as character offsets, counting on from one to the next."""
    found, done, count = [], 0, 0
    for end in sorted(ends):
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
        flags=[hyperscan.HS_FLAG_UTF8] * len(expressions),
    )
    return database


def _open(expressions: Sequence[_Expression], cache_dir: Path | None) -> Any:
    """The compiled automaton, from the cache when there is a sound one."""
    if cache_dir is None:
        return _compile(expressions)
    machine = f"{hyperscan.__version__} {platform.machine()} {_cpu_flags()}".encode()
    key = hashlib.sha256(_MAGIC + machine + repr(expressions).encode()).hexdigest()
    file = cache_dir / f"places-{key[:32]}.hs"
    try:
        return _unpack(file.read_bytes())
    except (OSError, ValueError, hyperscan.HyperscanError):
        database = _compile(expressions)
        _keep(file, _pack(hyperscan.dumpb(database)))
        return database
