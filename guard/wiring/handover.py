"""Compiled policies on their way from the process that proved them into those that serve posts, and out of them again.

Both ways go in small steps: whoever makes or drops a hundred thousand objects at once keeps every post waiting. What is
read was written by a child of ours (guard.wiring.prove) into a file without a name, whose text nobody else can reach.
"""

from __future__ import annotations

import fcntl
import gc
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Final

from guard import __version__
from guard.detect.dictionary.scanner import DictionaryScanner, Part
from guard.inspector import Inspector
from guard.policy.bundle import Bundle

TURN_S: Final = 30.0
_LOOK_S: Final = 0.02
STEP: Final = 150
"""Objects between two rests."""
REST_S: Final = 0.001
_FREED: Final = 30
"""Objects let go between two rests: nobody waits for that."""
_BLOCKS: Final = 8
"""The same of the dictionary's blocks, where they were unpacked."""
_SHARE_S: Final = 0.00005
"""One entry of the log takes some thirty statements, and the interpreter is given up and asked for again at each."""
_CONTAINERS: Final = (tuple, list, dict, set, frozenset)
_END: Final = ("", None)
"""After the last part."""


def _program() -> str:
    """Differs once the code that makes compiled policies does."""
    here = Path(__file__).parent.parent
    parts = (here / part for part in ("detect", "policy", "text", "types"))
    files = [file.stat() for part in parts for file in part.glob("*.py") if file.is_file()]
    return f"{__version__} {max((file.st_mtime_ns for file in files), default=0)} {sum(file.st_size for file in files)}"


_PROGRAM: Final = _program()
"""What this process runs: it may be renewed on disk meanwhile, and what the new one makes is not for the old."""


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


def wait_turn(file: BinaryIO) -> None:
    """Until nobody else who waits for this file's turn has it open. Not for ever: that process may have been stopped."""
    deadline = time.monotonic() + TURN_S
    while time.monotonic() < deadline:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOOK_S)
        else:
            return


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
    """In parts, none of which is long in the reading."""
    pickle.dump(_PROGRAM, file, pickle.HIGHEST_PROTOCOL)
    pickler = pickle.Pickler(file, pickle.HIGHEST_PROTOCOL)
    for policy in compiled.bundle.policies:
        for rule in policy.rules:
            pickler.dump(rule)
        pickler.dump(policy)  # so that reading the bundle makes hardly anything new
    pickler.dump(compiled.bundle)
    if compiled.dictionary is not None:
        for part in compiled.dictionary.parts(STEP):
            pickle.dump(part, file, pickle.HIGHEST_PROTOCOL)
    pickle.dump(_END, file)
    file.flush()


def read(file: BinaryIO) -> Compiled:
    """What `write` wrote, step by step. OSError, EOFError or UnpicklingError when it is not all there, or of other code."""
    file.seek(0)
    if pickle.load(file) != _PROGRAM:  # noqa: S301 -- see above
        raise pickle.UnpicklingError("another program wrote it")
    unpickler = pickle.Unpickler(file)  # noqa: S301 -- see above: written by a child of ours
    while not isinstance(bundle := unpickler.load(), Bundle):
        time.sleep(REST_S)
    parts = _parts(file)
    first = next(parts, None)
    return Compiled(bundle, None if first is None else DictionaryScanner.of_parts(chain([first], parts)))


def _parts(file: BinaryIO) -> Iterator[Part]:
    while (part := pickle.load(file)) != _END:  # noqa: S301 -- see above
        yield part
        time.sleep(REST_S)


def let_go(held: list[Inspector]) -> None:
    """Free what only `held`, a list of one that is emptied, still holds."""
    with gently():
        inspector = held.pop()
        policies = [*inspector.bundle.policies]
        dictionary = inspector.detectors.dictionary
        rows = [] if dictionary is None else dictionary.rows()
        del inspector, dictionary
        _drop(rows, _BLOCKS)
        while policies:
            drop_whole([policies.pop()])


def drop_whole(held: list[Any]) -> None:
    """Free what only `held`, which is emptied, still holds, the parts of its parts too, step by step."""
    seen = {id(each) for each in held}
    for number, each in enumerate(held):  # grows: parents stand before their parts, so that each goes alone
        if not number % STEP:
            time.sleep(REST_S)
        for part in gc.get_referents(each):
            ours = isinstance(part, _CONTAINERS) or type(part).__module__.startswith("guard.")
            if ours and not isinstance(part, type) and id(part) not in seen:
                seen.add(id(part))
                held.append(part)
    del seen, each
    held.reverse()
    _drop(held, _FREED)


def _drop(held: list[Any], step: int) -> None:
    while held:
        del held[-step:]
        time.sleep(REST_S)
