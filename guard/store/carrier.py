"""Carries what SQLite's write-ahead log holds into the database file (its "checkpoint"), in a thread of its own.

SQLite would do it in the commit that fills the log, and the post being recorded would wait for about a thousand pages.
A turn never begins on a log that is wholly carried over: before 3.51.3 SQLite may lose what is committed at that very
moment (its "WAL-reset bug"). So nobody else of this process does it, and two turns have commits between them.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from guard.store.connection import connect

EMPTY_WAIT_MS: Final = 100
"""So long a log to be emptied waits for readers, and every commit for it: a report may read for minutes."""
COMMITS: Final = 64
"""Between two turns: some 600 pages, which take milliseconds."""
MOST: Final = 4000
"""Pages (16 MB) from which a commit waits for its turn: the log begins anew only when nothing is written during one."""


class Carrier:
    """Begins with the first turn that is due; one that fails is told by nobody: whoever commits meets the same."""

    def __init__(self, path: Path, busy_timeout_ms: int) -> None:
        self._path, self._busy_timeout_ms = path, busy_timeout_ms
        self._commits = self._carried_at = self._pages = 0
        self._turning = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._due = threading.Event()
        self._ends = False
        self._thread: threading.Thread | None = None

    def committed(self) -> None:
        """Call it after each commit, from one thread at a time. Never raises."""
        self._commits += 1
        if self._commits % COMMITS:
            return
        if self._pages < MOST and self._begun():
            self._due.set()
        else:
            self._turn(alone=True)

    def empty(self) -> bool:
        """Carry all of it over and cut the log off; False while somebody reads what is in it. Commit nothing meanwhile."""
        with self._turning, closing(connect(self._path, EMPTY_WAIT_MS, create=False)) as connection:
            try:
                busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                self._carried_at = self._commits
        return not busy

    def close(self) -> None:
        """Before the last writer is closed: that empties the log, which nobody else may have open then."""
        self._ends = True
        self._due.set()
        if self._thread is not None:
            self._thread.join()
        self._let_go()

    def _begun(self) -> bool:
        if self._thread is None or not self._thread.is_alive():
            thread = threading.Thread(target=self._run, name="guard-carrier", daemon=True)
            with suppress(RuntimeError):  # no thread to be had now
                thread.start()
                self._thread = thread
                return True
            return False
        return True

    def _run(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            if self._ends:
                return
            self._turn(alone=False)

    def _turn(self, *, alone: bool) -> None:
        """`alone`: nothing is committed meanwhile, so that the next commit begins the log anew if all is carried over."""
        with self._turning:
            # The first commit since the last turn may have been under way when that began: see above
            if self._commits < self._carried_at + 2:
                return
            try:
                if self._connection is None:
                    self._connection = connect(self._path, self._busy_timeout_ms, create=False)
                _, pages, carried = self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                self._pages = 0 if alone and pages == carried else pages
            except Exception:  # noqa: BLE001 -- what was committed is recorded, whatever happens here
                self._let_go()  # opened anew: after an I/O error its cache is not to be trusted
            self._carried_at = self._commits

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()
