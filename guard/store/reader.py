"""Queries on the SQLite store: a connection for each thread that asks, none of which can write."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from guard.errors import StoreError
from guard.store.base import Transaction
from guard.store.connection import connect, store_error
from guard.store.transaction import SqliteTransaction
from guard.types.post import Author

T = TypeVar("T")


class SqliteReader:
    """The reading half of the promise in guard.store.base.Store; also for a process that never writes."""

    def __init__(self, path: Path, *, busy_timeout_ms: int = 5000) -> None:
        self._path = path
        self._busy_timeout_ms = busy_timeout_ms
        self._authors: dict[str, Author] = {}
        self._readers = threading.local()
        self._reader_list: list[sqlite3.Connection] = []
        self._closed = False

    async def read(self, work: Callable[[Transaction], T]) -> T:
        return await asyncio.to_thread(self.read_now, work)

    def read_now(self, work: Callable[[Transaction], T]) -> T:
        try:
            connection = self._reader()
            connection.execute("BEGIN")
            try:
                transaction = SqliteTransaction(connection, self._authors)
                value = work(transaction)
                if transaction.pending:
                    raise StoreError("a query cannot write")
                return value
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise store_error(error) from None

    def close(self) -> None:
        self._closed = True
        for connection in self._reader_list:
            connection.close()

    def _reader(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._readers, "connection", None)
        if connection is None:
            if self._closed:
                raise StoreError("the store is closed")
            connection = connect(self._path, self._busy_timeout_ms, create=False)
            connection.execute("PRAGMA query_only = ON")
            self._readers.connection = connection
            self._reader_list.append(connection)
        return connection
