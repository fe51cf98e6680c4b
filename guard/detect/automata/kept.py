"""Compiled automata of hyperscan, kept on disk under the digest of what they are made of: a machine compiles each but once."""

from __future__ import annotations

import hashlib
import os
import platform
import threading
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

hyperscan: Any
try:
    import hyperscan
except ImportError:  # pragma: no cover - depends on the platform
    hyperscan = None

DEFAULT_FOLDER: Path | None = None
"""Where automata are kept when a caller names no folder; None: none are."""
_MAGIC: Final = b"guard-hs-2\n"
_OPENED: Final[dict[str, Any]] = {}
"""Automata of this process by digest: a reload that changes no pattern compiles none."""
_MOST_OPENED: Final = 48
_OPENING: Final = threading.Lock()
_MOST_KEPT: Final = 50
"""Files of a kind in a folder."""
_LEFT_OVER: Final = 3_600.0
"""Seconds before the newest file from which on one half written is nobody's work any more."""


class Kept:
    """An automaton: read, or compiled where no file has it, when a text first needs it. Threads may share it."""

    __slots__ = ("_compile", "_digest", "_file", "database")

    def __init__(self, kind: str, made_of: object, compile_it: Callable[[], Any], folder: Path | None) -> None:
        """`kind` begins the file's name; `made_of`, by its repr, and the machine tell one automaton from another."""
        machine = f"{kind} {hyperscan.__version__} {platform.machine()} {_cpu_flags()}\n{made_of!r}"
        self._digest = hashlib.sha256(_MAGIC + machine.encode("utf-8", "backslashreplace")).hexdigest()
        self._compile = compile_it
        folder = folder or DEFAULT_FOLDER
        self._file = None if folder is None else folder / f"{kind}-{self._digest[:32]}.hs"
        self.database: Any = _OPENED.get(self._digest)
        """None until it is read."""

    def is_made(self) -> bool:
        """Whether there is one in this process or in a file."""
        return self.database is not None or (self._file is not None and os.path.isfile(self._file))  # noqa: PTH113 -- never raises

    def read(self) -> Any:
        """The database. Raises what compiling raises."""
        if self.database is None:
            database = _OPENED.get(self._digest) or self._made()
            with _OPENING:
                while len(_OPENED) >= _MOST_OPENED:
                    _OPENED.pop(next(iter(_OPENED)))
                self.database = _OPENED.setdefault(self._digest, database)
        return self.database

    def _made(self) -> Any:
        """From the file when it is sound, or made now."""
        if self._file is None:
            return self._compile()
        try:
            return self._unpack(self._file)
        except (OSError, ValueError, hyperscan.HyperscanError):
            database = self._compile()
            dump = hyperscan.dumpb(database)
            _write(self._file, _MAGIC + self._sum(dump) + dump)
            return database

    def _unpack(self, file: Path) -> Any:
        """ValueError or hyperscan's own error for a damaged file or another automaton's, OSError where there is none."""
        with file.open("rb", buffering=0) as packed:
            head, told, dump = packed.read(len(_MAGIC)), packed.read(32), packed.readall()
        if head != _MAGIC or self._sum(dump) != told:
            raise ValueError("damaged cache file")
        return hyperscan.loadb(dump, hyperscan.HS_MODE_BLOCK)

    def _sum(self, dump: bytes) -> bytes:
        """Of what it is made of too: a file under another's name is no sound one."""
        found = hashlib.sha256(self._digest.encode())
        found.update(dump)
        return found.digest()


def make_missing(automata: Iterable[Kept]) -> None:
    """Compile those that no file has, side by side: hyperscan lets other threads go on. Raises what compiling raises."""
    missing = [each for each in automata if not each.is_made()]
    if len(missing) < 2:
        for each in missing:
            each.read()
        return
    from concurrent.futures import ThreadPoolExecutor  # a start that finds all of them made does without

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(Kept.read, missing))


def _write(file: Path, packed: bytes) -> None:
    """Write beside and rename, so that no reader meets half a file; a full disk costs only the next start's time."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # A thread's number alone is the same in each process that a server forks.
        fresh = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}.new")
        try:
            fresh.write_bytes(packed)
            fresh.replace(file)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
        _prune(file.parent, file.name.partition("-")[0])
    except OSError:
        pass


def _prune(folder: Path, kind: str) -> None:
    """Keep the newest: each change of a policy's patterns makes some. A process killed as it wrote leaves half a file."""
    files = sorted(folder.glob(f"{kind}-*.hs"), key=lambda each: each.stat().st_mtime_ns, reverse=True)
    for old in files[_MOST_KEPT:]:
        old.unlink(missing_ok=True)
    for half in folder.glob(f"{kind}-*.new"):
        if half.stat().st_mtime < files[0].stat().st_mtime - _LEFT_OVER:
            half.unlink(missing_ok=True)


@cache
def _cpu_flags() -> str:
    """Features of this processor, for which an automaton is built."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("flags"):
                return line
    except OSError:
        pass
    return platform.processor()
