"""A copy of a store in use, whole as of one moment. Copying the file would leave out what its write-ahead log still holds."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from guard import durable
from guard.errors import StoreError
from guard.store.base import Transaction
from guard.store.connection import store_error
from guard.store.transaction import SqliteTransaction
from guard.words.texts import Phrase

T = TypeVar("T")
BUSY_S = 5.0


def copy(path: Path, target: Path, check: Callable[[Transaction], T]) -> T:
    """Copy the store at `path` into the new file `target`; returns what `check` says of the copy.

    Nothing lies at `target` before the copy is on disk, undamaged and found good by `check`. GuardError when it is not.
    """
    draft = target.with_name(f".{target.name}.part")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise StoreError(Phrase("backup.under-way", file=str(draft)), hint=Phrase("backup.do.remove")) from None
    try:
        _copy(path, draft)
        durable.sync(draft)
        found = _checked(draft, check)
        if target.exists():
            raise StoreError(Phrase("backup.taken", file=str(target)), hint=Phrase("backup.do.new-folder"))
        draft.rename(target)  # whoever else makes this copy waits for the draft, or is told of it
    finally:
        for left in (draft, draft.with_name(f"{draft.name}-journal")):
            left.unlink(missing_ok=True)
    durable.sync(target.parent)
    durable.sync(target.parent.parent)  # the folder itself may be new
    return found


def _copy(path: Path, draft: Path) -> None:
    """In one step, and so in one view: what the gate records meanwhile neither waits for the copy nor comes into it."""
    with _at(path), _opened(path, "mode=rw") as store:
        store.execute(f"PRAGMA busy_timeout = {BUSY_S * 1000:.0f}")
        store.execute("PRAGMA query_only = ON")
        store.execute(
            "PRAGMA schema_version"
        ).fetchone()  # a file that is no store is told as that, not as the copy's fault
        with _at(draft), closing(sqlite3.connect(draft)) as target:
            store.backup(target)


def _checked(draft: Path, check: Callable[[Transaction], T]) -> T:
    with _at(draft), _opened(draft, "mode=ro&immutable=1") as made:  # immutable: it leaves no files beside the copy
        damage = made.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if damage != "ok":
            raise StoreError(Phrase("backup.damaged"), hint=Phrase("backup.do.damaged"))
        return check(SqliteTransaction(made, {}))


def _opened(path: Path, how: str) -> closing[sqlite3.Connection]:
    """As it lies there: unlike the gate, a backup brings no schema up to date."""
    return closing(sqlite3.connect(f"file:{quote(str(path.resolve()))}?{how}", uri=True, isolation_level=None))


@contextmanager
def _at(path: Path) -> Iterator[None]:
    """SQLite's errors in our words, with the file they are about."""
    try:
        yield
    except sqlite3.Error as error:
        told = store_error(error)
        raise StoreError(Phrase("backup.failed", file=str(path), why=told.message), hint=told.hint) from None
