"""Which patterns may match a text, told in one pass over it; what may match is then confirmed one by one.

With hyperscan: one automaton for all. Without it (another platform, no wheel): literals and digit counts. Both may say
yes too often and never too rarely, so confirming gives the same answers.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

import ahocorasick

from guard.detect.automata.kept import Kept, hyperscan, make_missing
from guard.errors import DetectorError

WIDE: Final = "wide"
"""A character beyond Latin Extended-A that is no common sign or emoji."""
_CLASSES: Final = ("0123456789", '&%=\\$"|*<[`~+{^_', "\n", "-", "@", "!", ":/")
"""Signs that patterns ask for: a text pays only for the automata of those that stand in it. The rarer of several first."""
_DIGIT: Final = 1
_FAR: Final = len(_CLASSES) + 1
_MAYBE_FAR: Final = _FAR + 1
"""Bytes that begin common signs and emoji, but also characters that patterns ask for."""
_IS_FAR: Final = re.compile(rb"\xe2(?:\x87\x82|[\xb1-\xb3])|\xf0(?:[^\x9f]|\x9f[\x80-\x8b])").search
_TIERS: Final = (1, 3, 5)
"""Digits that the patterns of an automaton need at least: measured, a few small ones take less time than one for all."""
_NO_DIGITS: Final = {ord(digit): None for digit in "0123456789"}
_Expression = tuple[int, bytes]
"""Index and expression."""
_OF_THREAD: Final = threading.local()
"""Scratch space by automaton."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a text must have for a pattern to be tried. With no expression, keyword or digit count: always tried."""

    expression: str | None
    """For hyperscan (as a prefilter: it may match more); None when the pattern cannot be put into its terms."""
    keywords: tuple[str, ...] = ()
    """Lower case; one of them stands in the text."""
    min_digits: int = 0
    signs: str = ""
    """WIDE, or characters (see `as_signs`) of which a text must have one for the expression to match."""
    or_always: bool = False
    """An expression that hyperscan takes not is no error: the pattern is then tried on every text. Authors of policies write
    these, and change them often: they have automata apart."""


def _has_turkish_i(data: bytes) -> bool:
    """Whether an i with or without its dot stands there, which matches an i where case is ignored, and nowhere else."""
    return b"\xc4" in data and (b"\xc4\xb0" in data or b"\xc4\xb1" in data)


_UNDOTTED: Final = str.maketrans("\u0130\u0131", "ii")


class Prefilter(Protocol):
    """Gives the indexes of the needs that a text may meet, in order."""

    def candidates(self, text: str) -> Sequence[int]: ...

    def warm(self) -> None:
        """Read now what would be read when a text first needs it."""


class LiteralPrefilter:
    """Keywords by Aho-Corasick, digits by counting."""

    def __init__(self, needs: Sequence[Need]) -> None:
        self._automaton: Any = ahocorasick.Automaton()
        by_keyword: dict[str, list[int]] = {}
        for index, need in enumerate(needs):
            for keyword in need.keywords:
                by_keyword.setdefault(keyword, []).append(index)
        for keyword, indexes in by_keyword.items():
            self._automaton.add_word(keyword, tuple(indexes))
        self._automaton.make_automaton()
        self._has_keywords = bool(by_keyword)
        self._needs = [(index, need.min_digits) for index, need in enumerate(needs)]
        self._free = frozenset(index for index, need in enumerate(needs) if not need.keywords)

    def candidates(self, text: str) -> Sequence[int]:
        met = set(self._free)
        if self._has_keywords:
            for each in (text, text.translate(_UNDOTTED)) if _has_turkish_i(text.encode()) else (text,):
                for _, indexes in self._automaton.iter(each.lower()):
                    met.update(indexes)
        count = len(text) - len(text.translate(_NO_DIGITS))
        return [index for index, digits in self._needs if index in met and digits <= count]

    def warm(self) -> None:
        pass


class HyperscanPrefilter:
    """Automata over the text's UTF-8, by what must stand in a text for their patterns: most posts need few of them.

    Patterns it cannot hold are always tried.
    """

    def __init__(self, needs: Sequence[Need], cache_dir: Path | None = None) -> None:
        try:
            self._automata = _automata(needs, cache_dir)
        except DetectorError:
            # Told one by one only now: to ask of each policy regex whether it compiles would cost every start.
            needs = [replace(each, expression=None) if _refused(each) else each for each in needs]
            self._automata = _automata(needs, cache_dir)
        self._always = [index for index, need in enumerate(needs) if need.expression is None]
        self._local = threading.local()

    def candidates(self, text: str) -> Sequence[int]:
        data = text.encode()
        met = self._met(data)
        if _has_turkish_i(data):
            met += self._met(data.replace(b"\xc4\xb0", b"i").replace(b"\xc4\xb1", b"i"))
        if met or self._always:
            return sorted({*met, *self._always})
        return met

    def warm(self) -> None:
        for _, _, automaton in self._automata:
            automaton.read()

    def _met(self, data: bytes) -> list[int]:
        met: list[int] = []
        try:
            by_class = self._local.by_class
        except AttributeError:
            by_class = self._local.by_class = _ByClass(self._automata)
        for _, scan, scratch in by_class[0]:
            scan(data, _note, scratch=scratch, context=met)
        if signs := data.translate(_CLASS_OF, _NO_SIGN):
            classes = set(signs)
            if _MAYBE_FAR in classes and _IS_FAR(data):
                classes.add(_FAR)
            for each in classes:
                for least, scan, scratch in by_class[each]:
                    if least > 1 and signs.count(each) < least:
                        break
                    scan(data, _note, scratch=scratch, context=met)
        return met


class _ByClass(dict[int, list[tuple[int, Any, Any]]]):
    """For each class of signs, from how many of them on to scan, and with what; scratch space is of one thread."""

    def __init__(self, automata: Sequence[tuple[int, int, Kept]]) -> None:
        super().__init__()
        self._automata = automata
        known: dict[Any, Any] = getattr(_OF_THREAD, "scratch", {})
        # Of the automata that the one before had too, as most are: no post need wait for it.
        _OF_THREAD.scratch = {each.database: known[each.database] for _, _, each in automata if each.database in known}

    def __missing__(self, wanted: int) -> list[tuple[int, Any, Any]]:
        """When a text first has such signs."""
        scratch: dict[Any, Any] = _OF_THREAD.scratch
        ready = []
        for kind, least, automaton in self._automata:
            if kind == wanted:
                database = automaton.read()
                if database not in scratch:
                    scratch[database] = hyperscan.Scratch(database)
                ready.append((least, database.scan, scratch[database]))
        self[wanted] = ready  # not before all are there: a text must not pass for one that could not be read
        return ready


def _automata(needs: Sequence[Need], cache_dir: Path | None) -> tuple[tuple[int, int, Kept], ...]:
    """Class of signs, least number of them, and automaton. DetectorError when an expression does not compile."""
    found: dict[tuple[int, int, bool], list[_Expression]] = {}
    for index, need in enumerate(needs):
        if need.expression is not None:
            for place in _places(need):
                key = (*place, need.or_always)
                found.setdefault(key, []).append((index, need.expression.encode("utf-8", "replace")))
    automata = tuple(
        (*place[:2], Kept("patterns", found[place], partial(_compile, found[place]), cache_dir))
        for place in sorted(found)
    )
    make_missing(automaton for _, _, automaton in automata)
    return automata


def _refused(need: Need) -> bool:
    return need.or_always and need.expression is not None and not compiles(need.expression)


def _places(need: Need) -> set[tuple[int, int]]:
    """Class of signs, and how many of them, of each automaton that holds a pattern: one of them sees every text that matches."""
    if not need.signs or need.min_digits >= _TIERS[-1]:
        least = max((each for each in _TIERS if each <= need.min_digits), default=0)
        return {(_DIGIT, least)} if least else {(0, 0)}
    if need.signs == WIDE:
        return {(_FAR, 1)}
    return {(_CLASS_OF[ord(sign)], need.signs.count(sign)) for sign in need.signs}


def as_signs(keywords: Sequence[str]) -> str:
    """Characters of which one stands in every text with one of `keywords`; empty where no class of signs tells."""
    signs: set[str] = set()
    for keyword in keywords:
        told = next((sign for signs_of in _CLASSES[1:] for sign in signs_of if sign in keyword), None)
        if told is None:
            return ""
        signs.add(told)
    return "".join(sorted(signs))


def _class_of(byte: int) -> int:
    if byte in {0xE2, 0xF0}:
        return _MAYBE_FAR
    if byte >= _FIRST_FAR:
        return _FAR
    return next((at for at, signs in enumerate(_CLASSES, 1) if byte < _NOT_ASCII and chr(byte) in signs), 0)


_NOT_ASCII: Final = 0x80
_FIRST_FAR: Final = 0xC6
"""From here on a byte begins a character beyond Latin Extended-A."""
_CLASS_OF: Final = bytes(map(_class_of, range(256)))
_NO_SIGN: Final = bytes(byte for byte in range(256) if not _CLASS_OF[byte])


def _note(index: int, _start: int, _end: int, _flags: int, met: list[int]) -> None:
    met.append(index)


def compiles(expression: str) -> bool:
    """True when hyperscan is here and can hold this expression as a prefilter."""
    if hyperscan is None:
        return False
    try:
        _compile([(0, expression.encode("utf-8", "replace"))])
    except DetectorError:
        return False
    return True


def _compile(expressions: Sequence[_Expression]) -> Any:
    """DetectorError when hyperscan takes one of them not."""
    # Not HS_FLAG_UCP: all of Unicode in every \w takes seconds to compile (patterns.widened says what stands there instead).
    flags = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_UTF8
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    try:
        database.compile(
            expressions=[expression for _, expression in expressions],
            ids=[index for index, _ in expressions],
            elements=len(expressions),
            flags=[flags] * len(expressions),
        )
    except hyperscan.HyperscanError as error:
        raise DetectorError(
            f"not an expression for the one pass: {error}", hint="give a simpler `prefilter`"
        ) from error
    return database


def build(needs: Sequence[Need], *, cache_dir: Path | None = None) -> Prefilter:
    """The best prefilter that this platform has."""
    return LiteralPrefilter(needs) if hyperscan is None else HyperscanPrefilter(needs, cache_dir)
