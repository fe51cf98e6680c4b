"""Brings a database file to this version's schema: numbered SQL files, each applied once, whole or not at all.

An upgrade must never be half done, and an older guard must not write into a newer file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from importlib import resources

from guard.errors import StoreError


def migrate(connection: sqlite3.Connection) -> int:
    """Apply what is missing; returns the schema version. StoreError when the file is newer than this program."""
    steps = _steps()
    newest = steps[-1][0]
    version = _version(connection)
    if version > newest:
        raise StoreError(
            f"the database has schema {version}, this guard knows {newest}", hint="install the newer guard again"
        )
    for number, script in steps:
        if number > version:
            _apply(connection, number, script)
    return newest


def _steps() -> list[tuple[int, str]]:
    folder = resources.files("guard.store") / "sql"
    files = [item for item in folder.iterdir() if item.name.endswith(".sql")]
    return sorted((int(item.name[:4]), item.read_text(encoding="utf-8")) for item in files)


def _apply(connection: sqlite3.Connection, number: int, script: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have done it while we waited for the lock.
        if _version(connection) < number:
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    """Single statements: `executescript` would commit on its own."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
