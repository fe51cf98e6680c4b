"""Compiled policies on their way from the process that proved them into those that serve posts, and out of them again.

Both ways go in small steps: whoever makes or drops a hundred thousand objects at once keeps every post waiting. What is
read was written by a child of ours (guard.wiring.prove) into a file without a name, whose text nobody else can reach.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from guard.detect.dictionary import DictionaryScanner
from guard.policy.bundle import Bundle

STEP: Final = 150
"""Objects between two rests."""
REST_S: Final = 0.001
_FREED: Final = 30
"""Objects let go between two rests: nobody waits for that."""
_SHARE_S: Final = 0.0002
_CONTAINERS: Final = (tuple, list, dict, set, frozenset)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What takes long to make of a folder of policies."""

    bundle: Bundle
    dictionary: DictionaryScanner | None


def unnamed_file() -> BinaryIO:
    """A file for `write`, in memory where the system can."""
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("policies"), "w+b")
    return tempfile.TemporaryFile()


@dataclass(frozen=True, slots=True)
class Place:
    """Where other processes of ours find such a file while it is open; nothing there on systems without /proc."""

    path: str
    inode: int

    @classmethod
    def of(cls, file: BinaryIO) -> Place:
        return cls(f"/proc/{os.getpid()}/fd/{file.fileno()}", os.fstat(file.fileno()).st_ino)

    def open(self) -> BinaryIO:
        """OSError when it is there no longer."""
        file = Path(self.path).open("rb")  # noqa: SIM115 -- its owner closes it
        if os.fstat(file.fileno()).st_ino != self.inode:
            file.close()
            raise FileNotFoundError(self.path)
        return file


@contextmanager
def gently() -> Iterator[None]:
    """What runs in here, in a thread, keeps the interpreter for short times only: posts are being inspected meanwhile."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SHARE_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def write(compiled: Compiled, file: BinaryIO) -> None:
    """Parts first, so that reading the whole makes nothing new."""
    pickler = pickle.Pickler(file, pickle.HIGHEST_PROTOCOL)
    for part in _parts(compiled):
        pickler.dump(part)
    pickler.dump(compiled)
    file.flush()


def read(file: BinaryIO) -> Compiled:
    """What `write` wrote, step by step. OSError, EOFError or UnpicklingError when it is not all there."""
    file.seek(0)
    unpickler = pickle.Unpickler(file)  # noqa: S301 -- see above: written by a child of ours
    while not isinstance(part := unpickler.load(), Compiled):
        time.sleep(REST_S)
    return part


def _parts(compiled: Compiled) -> Iterator[Any]:
    yield from compiled.bundle.policies
    if compiled.dictionary is not None:
        rows = compiled.dictionary.rows()
        for start in range(0, len(rows), STEP):
            yield rows[start : start + STEP]


def let_go(held: list[Any]) -> None:
    """Free what only `held`, a list that is emptied, still holds."""
    with gently():
        seen = {id(each) for each in held}
        for number, each in enumerate(held):  # grows: parents stand before their parts, so that each goes alone
            if not number % STEP:
                time.sleep(REST_S)
            for part in gc.get_referents(each):
                ours = isinstance(part, _CONTAINERS) or type(part).__module__.startswith("guard.")
                if ours and not isinstance(part, type) and id(part) not in seen:
                    seen.add(id(part))
                    held.append(part)
        seen.clear()
        held.reverse()
        while held:
            del held[-_FREED:]
            time.sleep(REST_S)
