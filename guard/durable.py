"""Files that outlive a power cut: whoever reads finds the old one or the new one, whole, and the name stays.

What a file holds is durable once it is synced, its name once its folder is.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

Bytes = bytes | bytearray
_READABLE = 0o666
"""What a file's rights are without a word about them, less the umask."""


def sync(path: Path) -> None:
    """What this file holds, or which names this folder holds, is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace(path: Path, *parts: Bytes, rights: int | None = None, draft: Path | None = None) -> None:
    """Put a file with this content at `path`, over one that is there. OSError, and all as it was, when it cannot be written.

    `draft` is what it is called until it is whole: for one writer at a time, who finds again what was broken off.
    """
    if draft is None:
        draft = _beside(path)
    else:
        draft.unlink(missing_ok=True)
    try:
        _write(draft, parts, rights)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync(path.parent)


def create(path: Path, *parts: Bytes, rights: int) -> None:
    """A new file at `path`, never over one that somebody else made meanwhile: then theirs stays. OSError as above."""
    draft = _beside(path)
    try:
        _write(draft, parts, rights)
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    sync(path.parent)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}")


def _write(draft: Path, parts: Iterable[Bytes], rights: int | None) -> None:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
    with os.fdopen(os.open(draft, flags, _READABLE if rights is None else rights), "wb") as file:
        if rights is not None:
            os.fchmod(file.fileno(), rights)  # the umask may have taken some
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
