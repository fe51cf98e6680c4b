"""The key of a fingerprint index or of sealed terms, in a file of its own: without it hashes say nothing, with it words can be guessed.

Made on first use, readable by its owner only; refused when others can read it.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path
from typing import Final

from guard.errors import KeyFileError

_SIZE: Final = 32


INDEX_HINT: Final = "name it with --key or [fingerprints] key; `guard fingerprint add` makes one"


def load_key(path: Path, *, create: bool = False, what: str = "fingerprint key", hint: str = INDEX_HINT) -> bytes:
    """The 32 bytes in `path`. KeyFileError when it is missing (unless `create`), damaged or open to others."""
    if create and not path.exists():
        _create(path)
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        raw = path.read_bytes()
    except OSError as error:
        raise KeyFileError(f"the {what} {path} cannot be read: {error.strerror}", hint=hint) from None
    if mode & 0o077:
        raise KeyFileError(f"{path} is open to other users", hint=f"chmod 600 '{path}'")
    try:
        key = base64.b64decode(raw.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _SIZE:
        raise KeyFileError(
            f"{path} does not hold a key", hint="restore it from your backup; what was made with it fits no other"
        )
    return key


def _create(path: Path) -> None:
    """Appear whole or not at all, and never over a key that another process made meanwhile."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(_SIZE)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        draft.unlink()
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise KeyFileError(f"{path} cannot be written: {error.strerror}", hint="name another with --key") from None
