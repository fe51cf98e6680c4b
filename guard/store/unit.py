"""Units of work on one transaction of SQLite: each is kept whole or taken back, and a batch of them is committed together.

What every post writes is gathered (pending.py) and put down when the batch is committed; everything else runs at once,
inside a savepoint of its unit.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self, TypeVar

from guard.store.pending import Pending
from guard.types.audit import Frontier
from guard.types.post import Author

T = TypeVar("T")
_HASH = 32


class SqliteUnits:
    """Runs them on one connection, and the SQL of each in its place."""

    def __init__(
        self, connection: sqlite3.Connection, known_authors: dict[str, Author], *, eager: bool = False
    ) -> None:
        self._connection = connection
        self._known_authors = known_authors
        self.new_authors: dict[str, Author] = {}
        self._eager = eager
        self._done = Pending()
        self._own = Pending()
        self._settled: set[str] = set()
        """Deliveries settled in this batch: rows put down together must not touch one row twice, in no certain order."""
        self._savepoint = False
        self.wrote = False
        self.broken = False
        """Rows of earlier units could not be put down: who is to blame is unknown until the batch runs again, eagerly."""
        self._checkpoint: str | None
        size, joined, self._checkpoint = connection.execute("SELECT size, frontier, checkpoint FROM tree").fetchone()
        hashes = tuple(joined[start : start + _HASH] for start in range(0, len(joined), _HASH))
        self.frontier = self._stored_frontier = Frontier(size, hashes)
        self._stored_checkpoint = self._checkpoint

    def run(self, work: Callable[[Self], T]) -> T:
        """One unit: kept whole when it returns, taken back when it raises."""
        frontier, checkpoint, authors = self.frontier, self._checkpoint, self.new_authors.copy()
        try:
            if self._eager:
                self._write_through()
            value = work(self)
            if self._eager:
                self._write_through()
        except BaseException:
            self._own.clear()
            self.frontier, self._checkpoint, self.new_authors = frontier, checkpoint, authors
            if self._savepoint and self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO unit")
                self._connection.execute("RELEASE unit")
            self._savepoint = False
            raise
        if self._savepoint:
            self._connection.execute("RELEASE unit")
            self._savepoint = False
        if self._own:
            self.wrote = True
            self._done.absorb(self._own)
        return value

    @property
    def pending(self) -> bool:
        """Whether rows wait to be put down."""
        return bool(self._own or self._done)

    def finish(self) -> None:
        """Put down what waits, and the tree; the caller commits."""
        self._flush_done()
        if self.frontier is not self._stored_frontier or self._checkpoint is not self._stored_checkpoint:
            row = (self.frontier.size, b"".join(self.frontier.hashes), self._checkpoint)
            self._connection.execute("UPDATE tree SET size = ?, frontier = ?, checkpoint = ?", row)

    def _write_through(self) -> None:
        """From here on the unit's SQL takes effect at once and can be taken back."""
        if not self._savepoint:
            self._flush_done()
            self._connection.execute("SAVEPOINT unit")
            self._savepoint = True
        self._own.flush(self._connection)
        self.wrote = True

    def _flush_done(self) -> None:
        try:
            self._done.flush(self._connection)
        except sqlite3.IntegrityError:
            self.broken = True
            raise

    def _write(self, sql: str, parameters: Sequence[Any]) -> int:
        self._write_through()
        return self._connection.execute(sql, parameters).rowcount

    def _all(self, sql: str, parameters: Sequence[Any] = (), *, settled: bool = True) -> list[Any]:
        """Rows of a query; `settled` when the table may have rows that wait in memory."""
        if settled and self.pending:
            self._write_through()
        return self._connection.execute(sql, parameters).fetchall()

    def _one(self, sql: str, parameters: Sequence[Any], *, settled: bool = True) -> Any:
        found = self._all(sql, parameters, settled=settled)
        return found[0] if found else None

    def _write_many(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        self._write_through()
        self._connection.executemany(sql, parameters)
