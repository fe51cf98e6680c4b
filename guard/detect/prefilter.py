"""Which patterns may match a text, told in one pass over it; what may match is then confirmed one by one.

With hyperscan: one automaton for all. Without it (another platform, no wheel): literals and digit counts. Both may say
yes too often and never too rarely, so confirming gives the same answers.
"""

from __future__ import annotations

import hashlib
import platform
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import ahocorasick

from guard.errors import DetectorError

hyperscan: Any
try:
    import hyperscan
except ImportError:  # pragma: no cover - depends on the platform
    hyperscan = None

_DIGITS: Final = b"0123456789"
WIDE: Final = "wide"
"""A character beyond Latin-1."""
_NARROW: Final = bytes(range(0xC4))
"""Bytes of UTF-8 in which no such character begins."""
_TIERS: Final = (0, 1, 5)
"""Digits that the patterns of an automaton need at least: measured, a few small ones take less time than one for all."""
_AT: Final = -1
_WIDE: Final = -2
"""The automata of patterns that need a sign."""
_NO_DIGITS: Final = {ord(digit): None for digit in "0123456789"}
_MAGIC: Final = b"guard-hs-1\n"
_Expression = tuple[int, bytes]
"""Index and expression."""
DEFAULT_CACHE: Path | None = None
"""Folder of compiled automata where a caller names none; None: none are kept."""
_OPENED: Final[dict[str, Any]] = {}
"""Automata of this process by digest: a reload that changes no pattern compiles none."""
_MOST_OPENED: Final = 12


@dataclass(frozen=True, slots=True)
class Need:
    """What a text must have for a pattern to be tried. With no expression, keyword or digit count: always tried."""

    expression: str | None
    """For hyperscan (as a prefilter: it may match more); None when the pattern cannot be put into its terms."""
    keywords: tuple[str, ...] = ()
    """Lower case; one of them stands in the text."""
    min_digits: int = 0
    sign: str = ""
    """`@` or WIDE: what else a text must have for the expression to match."""


class Prefilter(Protocol):
    """Gives the indexes of the needs that a text may meet, in order."""

    def candidates(self, text: str) -> Sequence[int]: ...


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
            for _, indexes in self._automaton.iter(text.lower()):
                met.update(indexes)
        count = len(text) - len(text.translate(_NO_DIGITS))
        return [index for index, digits in self._needs if index in met and digits <= count]


class HyperscanPrefilter:
    """Automata over the text's UTF-8, one for each number of digits that patterns need: most posts have none or few.

    Patterns it cannot hold are always tried.
    """

    def __init__(self, needs: Sequence[Need], cache_dir: Path | None = None) -> None:
        tiers: dict[int, list[_Expression]] = {least: [] for least in (_AT, _WIDE, *_TIERS)}
        always: list[int] = []
        for index, need in enumerate(needs):
            if need.expression is None:
                always.append(index)
            else:
                tiers[_tier(need)].append((index, need.expression.encode("utf-8", "replace")))
        self._always = always
        self._databases = tuple((least, _open(found, cache_dir)) for least, found in tiers.items() if found)
        self._local = threading.local()

    def candidates(self, text: str) -> Sequence[int]:
        met: list[int] = []
        try:
            tiers = self._local.tiers
        except AttributeError:  # scratch space is of one thread
            tiers = [(least, database.scan, hyperscan.Scratch(database)) for least, database in self._databases]
            self._local.tiers = tiers
        data = text.encode()
        digits = len(data) - len(data.translate(None, _DIGITS))
        for least, scan, scratch in tiers:
            if least >= 0:
                if digits < least:
                    break
            elif b"@" not in data if least == _AT else data.isascii() or not data.translate(None, _NARROW):
                continue
            scan(data, _note, scratch=scratch, context=met)
        if met or self._always:
            met += self._always
            met.sort()
        return met


def _tier(need: Need) -> int:
    if need.min_digits < _TIERS[-1] and need.sign:
        return _AT if need.sign == "@" else _WIDE
    return max(each for each in _TIERS if each <= need.min_digits)


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


def _open(expressions: Sequence[_Expression], cache_dir: Path | None) -> Any:
    """The compiled automaton: of this process, from the cache when there is a sound one, or made now."""
    machine = f"{hyperscan.__version__} {platform.machine()} {_cpu_flags()}".encode()
    key = hashlib.sha256(_MAGIC + machine + repr(expressions).encode()).hexdigest()
    if key in _OPENED:
        return _OPENED[key]
    folder = cache_dir or DEFAULT_CACHE
    if folder is None:
        database = _compile(expressions)
    else:
        file = folder / f"patterns-{key[:32]}.hs"
        try:
            database = _unpack(file.read_bytes())
        except (OSError, ValueError, hyperscan.HyperscanError):
            database = _compile(expressions)
            _keep(file, _pack(hyperscan.dumpb(database)))
    while len(_OPENED) >= _MOST_OPENED:
        _OPENED.pop(next(iter(_OPENED)), None)
    _OPENED[key] = database
    return database


def _pack(dump: bytes) -> bytes:
    return _MAGIC + hashlib.sha256(dump).digest() + dump


def _unpack(packed: bytes) -> Any:
    head = len(_MAGIC)
    dump = packed[head + 32 :]
    if packed[:head] != _MAGIC or hashlib.sha256(dump).digest() != packed[head : head + 32]:
        raise ValueError("damaged cache file")
    return hyperscan.loadb(dump, hyperscan.HS_MODE_BLOCK)


def _keep(file: Path, packed: bytes) -> None:
    """Write beside and rename, so that no reader meets half a file; a full disk costs only the next start's time."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(f".{threading.get_ident()}.new")
        fresh.write_bytes(packed)
        fresh.replace(file)
    except OSError:
        pass


def _cpu_flags() -> str:
    """Features of this processor, for which an automaton is built."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("flags"):
                return line
    except OSError:
        pass
    return platform.processor()


def build(needs: Sequence[Need], *, cache_dir: Path | None = None) -> Prefilter:
    """The best prefilter that this platform has."""
    return LiteralPrefilter(needs) if hyperscan is None else HyperscanPrefilter(needs, cache_dir)
