"""Carries what SQLite's write-ahead log holds into the database file (its "checkpoint"), in a thread of its own.

SQLite would do it in the commit that fills the log, and the post being recorded would wait for about a thousand pages.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Final

from guard.errors import StoreError
from guard.store.connection import connect

COMMITS: Final = 64
"""Between two turns: some 600 pages, which take milliseconds."""
_TRIES: Final = 3
"""The log begins anew only when nothing was written since the turn began."""


class Carrier:
    """Begins with the first turn that is due; whatever goes wrong in it, SQLite's own limit is still there."""

    def __init__(self, path: Path, busy_timeout_ms: int) -> None:
        self._path, self._busy_timeout_ms = path, busy_timeout_ms
        self._commits = 0
        self._due = threading.Event()
        self._ends = False
        self._thread: threading.Thread | None = None

    def committed(self) -> None:
        """Call it after each commit, from one thread at a time."""
        self._commits += 1
        if self._commits % COMMITS:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="guard-carrier", daemon=True)
            self._thread.start()
        self._due.set()

    def close(self) -> None:
        """Before the last writer is closed: that empties the log, which nobody else may have open then."""
        self._ends = True
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while self._waited():
            try:
                connection = connect(self._path, self._busy_timeout_ms, create=False)
            except StoreError:
                continue  # whoever commits meets the same, and tells
            try:
                self._turns(connection)
            except sqlite3.Error:
                pass  # opened anew: after an I/O error its cache is not to be trusted
            finally:
                connection.close()

    def _turns(self, connection: sqlite3.Connection) -> None:
        """One turn after the other while this database can be written."""
        self._turn(connection)
        while self._waited():
            self._turn(connection)

    def _turn(self, connection: sqlite3.Connection) -> None:
        for _ in range(_TRIES):
            _, pages, carried = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if pages == carried:
                return

    def _waited(self) -> bool:
        """Until a turn is due; False once nobody wants one any more."""
        if not self._ends:
            self._due.wait()
            self._due.clear()
        return not self._ends
