"""Opens a connection as the store's promise needs it, and puts SQLite's errors into words."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

from guard.errors import Location, StoreError
from guard.store.migrate import migrate

_CACHED_STATEMENTS = 256
_PRAGMAS = (
    "synchronous = FULL", "secure_delete = ON", "foreign_keys = ON", "trusted_schema = OFF",
    "wal_autocheckpoint = 0",  # see guard.store.carrier
)  # fmt: skip

_ADVICE = {
    sqlite3.SQLITE_FULL: ("the disk is full", "free space; the gate goes on by itself"),
    sqlite3.SQLITE_BUSY: ("the database is locked by another process", "end what holds it; the gate goes on by itself"),
    sqlite3.SQLITE_LOCKED: ("the database is locked", "try again"),
    sqlite3.SQLITE_READONLY: (
        "the database cannot be written",
        "check owner and rights of the file and its folder ([store] path)",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "the database cannot be opened",
        "check owner and rights of the file and its folder ([store] path)",
    ),
    sqlite3.SQLITE_IOERR: ("the disk reported an error", "check the disk and the system log"),
    sqlite3.SQLITE_CORRUPT: ("the database is damaged", "stop the gate, keep a copy, restore a backup"),
    sqlite3.SQLITE_NOTADB: ("the file is not a postguard database", "check [store] in guard.toml"),
    sqlite3.SQLITE_CONSTRAINT: ("the database already holds this, or refuses to change it", ""),
}


def store_error(error: sqlite3.Error, path: Path | None = None) -> StoreError:
    """SQLite's error in our words, about the file at `path`. Its own message is left out: it may quote values."""
    place = None if path is None else Location(str(path))
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return StoreError(f"the database failed ({type(error).__name__})", location=place)
    words, hint = _ADVICE.get(code & 0xFF, ("the database failed", ""))
    return StoreError(f"{words} ({error.sqlite_errorname})", hint=hint, location=place)


def connect(path: Path, busy_timeout_ms: int, *, create: bool) -> sqlite3.Connection:
    """A connection in autocommit mode, usable from any one thread at a time, its schema up to date.

    WAL and synchronous=FULL: a commit is on disk when it returns. secure_delete: erased content is overwritten.
    """
    deadline = time.monotonic() + busy_timeout_ms / 1000
    while True:
        try:
            if create:
                _create(path)
            elif not path.exists():
                raise StoreError("the database file is gone", hint="stop the gate and restore the file")
            return _open(path, busy_timeout_ms)
        except OSError as error:
            hint, place = "check [store] in guard.toml", Location(str(path))
            raise StoreError(f"the database cannot be made: {error.strerror}", hint=hint, location=place) from None
        except sqlite3.Error as error:
            # Turning a new file to WAL does not wait for another process's lock, as all later statements do.
            busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() >= deadline:
                raise store_error(error, path) from None
            time.sleep(0.02)


def _open(path: Path, busy_timeout_ms: int) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=_CACHED_STATEMENTS
    )
    try:
        connection.execute(f"PRAGMA busy_timeout = {busy_timeout_ms:d}")
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").fetchall()
        if mode != "wal":
            raise StoreError("the database's file system cannot keep a write-ahead log", hint="use a local disk")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _create(path: Path) -> None:
    """The file, readable by its owner alone; SQLite gives its journals the same rights."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        pass
