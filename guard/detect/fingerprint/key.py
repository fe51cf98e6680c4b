"""The key of a fingerprint index or of sealed terms, in a file of its own: without it hashes say nothing, with it words can be guessed.

Made on first use, readable by its owner only; refused when others can read it.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import stat
from pathlib import Path
from typing import Final

from guard import durable
from guard.errors import KeyFileError
from guard.words.texts import Phrase

_SIZE: Final = 32


def load_key(path: Path, *, create: bool = False, which: str = "fingerprints") -> bytes:
    """The 32 bytes in `path`, the key of `fingerprints` or of `sealed` terms.

    KeyFileError when it is missing (unless `create`), damaged or open to others.
    """
    if create and not path.exists():
        _create(path)
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        raw = path.read_bytes()
    except OSError as error:
        name = Phrase(f"keyfile.which.{which}")
        message = Phrase("keyfile.which-unreadable", which=name, file=str(path), why=error.strerror)
        raise KeyFileError(message, hint=Phrase(f"keyfile.bring.{which}")) from None
    if mode & 0o077:
        hint = Phrase("keyfile.do.chmod", mode="600", file=f"'{path}'")
        raise KeyFileError(Phrase("keyfile.open", file=str(path)), hint=hint)
    try:
        key = base64.b64decode(raw.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _SIZE:
        raise KeyFileError(Phrase("keyfile.no-key", file=str(path)), hint=Phrase("keyfile.do.restore"))
    return key


def _create(path: Path) -> None:
    """Appear whole or not at all, and never over a key that another process made meanwhile."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        durable.create(path, base64.b64encode(secrets.token_bytes(_SIZE)) + b"\n", rights=0o600)
    except OSError as error:
        message = Phrase("keyfile.unwritable", file=str(path), why=error.strerror)
        raise KeyFileError(message, hint=Phrase("keyfile.do.name-other")) from None
