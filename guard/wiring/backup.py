"""A backup of a gate: its store copied while it runs, and what else belongs to it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from guard.audit import merkle
from guard.errors import StoreError, UsageError, VerificationError
from guard.settings.load import Settings
from guard.store import backup
from guard.store.base import Transaction
from guard.words.texts import Phrase


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied, and what is still to be."""

    entries: int
    """Of the audit log in the copy."""
    file: Path
    beside: tuple[Path, ...]
    """What may lie beside the copy."""
    apart: tuple[Path, ...]
    """Keys: with them whoever has the copy reads it."""


def back_up(settings: Settings, config: Path, folder: Path) -> Copied:
    """Copy the store into the new or empty `folder`. UsageError when there is none, or the folder holds something."""
    store = settings.store_path
    if not store.is_file():
        raise UsageError(Phrase("usage.no-log", file=str(store)), hint=Phrase("usage.do.start-once"))
    fresh = not folder.exists()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UsageError(Phrase("backup.not-empty", folder=str(folder)), hint=Phrase("backup.do.new-folder"))
        target = folder / store.name
        with _gone_on_failure(folder if fresh else None):
            entries = backup.copy(store, target, whole)
    except OSError as error:
        message = Phrase(
            "backup.failed", file=str(error.filename or folder), why=error.strerror or type(error).__name__
        )
        raise StoreError(message, hint=Phrase("backup.do.writable")) from None
    beside = [config, settings.policies_folder, settings.authors_file, settings.fingerprint_index, settings.models_own]
    return Copied(entries, target, _there(beside), _there(_keys(settings)))


@contextmanager
def _gone_on_failure(folder: Path | None) -> Iterator[None]:
    """An empty folder would look like a backup."""
    try:
        yield
    except BaseException:
        if folder is not None:
            with suppress(OSError):
                folder.rmdir()
        raise


def whole(tx: Transaction) -> int:
    """How many entries the log has. VerificationError when they are not those that its checkpoint names.

    That is not the signature, which needs a key: `guard audit verify` checks it.
    """
    leaves = [merkle.leaf_hash(leaf) for leaf in tx.leaves()]
    note = tx.checkpoint()
    named = ["0", _text(merkle.EMPTY_ROOT)] if note is None else note.split("\n")[1:3]
    if named != [str(len(leaves)), _text(merkle.root(leaves))]:
        raise VerificationError(Phrase("backup.not-whole"), hint="guard audit verify")
    return len(leaves)


def _text(root: bytes) -> str:
    return base64.b64encode(root).decode("ascii")


def _keys(settings: Settings) -> Iterator[Path]:
    yield settings.keys_folder
    if settings.fingerprint_index and settings.fingerprint_key.parent != settings.keys_folder:
        yield settings.fingerprint_key


def _there(places: Iterator[Path] | list[Path | None]) -> tuple[Path, ...]:
    return tuple(place for place in places if place is not None and place.exists())
