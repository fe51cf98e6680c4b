"""The embedded store: one SQLite file in WAL mode, synced on every commit, with group commit by natural batching.

One thread writes. It takes everything that was queued while the last sync ran and commits it together: a lone post waits
for nobody, a thousand posts share a few syncs. Several processes may use the file; each batch takes SQLite's write lock
and reads the tree's state afresh.

A process that does nothing but record (`own_thread=False`) commits in its event loop instead: what comes meanwhile waits
in its sockets, and no two threads hand each other the interpreter for every statement.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from guard.errors import GuardError, StoreError
from guard.store.base import BeforeCommit, Store, Transaction
from guard.store.carrier import Carrier
from guard.store.connection import connect, store_error
from guard.store.reader import SqliteReader
from guard.store.transaction import SqliteTransaction

T = TypeVar("T")
Work = Callable[[Transaction], Any]

MAX_BATCH = 1024
"""Units in one commit: bounds the time between taking SQLite's lock and giving it back."""


SCRUB_TRIES = 20
SCRUB_REST_S = 0.1
FAILING_S = 30.0


@dataclass(slots=True)
class _Unit:
    """A queued unit of work, and who waits for it. `error` or `value` is set once it ran."""

    work: Work
    future: asyncio.Future[Any] | concurrent.futures.Future[Any]
    loop: asyncio.AbstractEventLoop | None
    value: Any = None
    error: BaseException | None = None


@dataclass(slots=True)
class Counters:
    """How the group commit fares: units per commit is what concurrency gains."""

    commits: int = 0
    units: int = 0
    failures: int = 0


class SqliteStore(SqliteReader):
    """Keeps the promise of guard.store.base.Store in one file."""

    def __init__(
        self,
        path: Path,
        *,
        before_commit: BeforeCommit | None = None,
        busy_timeout_ms: int = 5000,
        own_thread: bool = True,
    ) -> None:
        super().__init__(path, busy_timeout_ms=busy_timeout_ms)
        self._before_commit = before_commit
        self.counters = Counters()
        self._failed: tuple[float, StoreError] | None = None
        self._queue: queue.SimpleQueue[_Unit | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._writer: sqlite3.Connection | None = connect(path, busy_timeout_ms, create=True)
        self._carrier = Carrier(path, busy_timeout_ms)
        self._name = str(path)
        self._opened = self._inode()
        self._committing, self._writing = threading.Lock(), threading.Lock()
        self._due = False
        self._thread: threading.Thread | None = None
        if own_thread:
            self._thread = threading.Thread(target=self._run, name="guard-store", daemon=True)
            self._thread.start()

    # What callers see

    def write(self, work: Callable[[Transaction], T]) -> asyncio.Future[T]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._put(_Unit(work, future, loop))
        if self._thread is None and not self._due:
            self._due = True
            loop.call_soon(self._drain)  # after all that this turn of the loop still queues
        return future

    def write_now(self, work: Callable[[Transaction], T]) -> T:
        future: concurrent.futures.Future[T] = concurrent.futures.Future()
        self._put(_Unit(work, future, None))
        if self._thread is None:
            self._drain()
        return future.result()

    @property
    def failing(self) -> StoreError | None:
        """Why nothing could be recorded just now; None once an entry was, or after half a minute without a try."""
        if self._failed is None or time.monotonic() - self._failed[0] > FAILING_S:
            return None
        return self._failed[1]

    def scrub(self) -> None:
        """SQLite overwrites deleted content in the file itself (secure_delete); the journal is emptied here."""
        try:
            for _ in range(SCRUB_TRIES):
                with self._writing:
                    if self._carrier.empty():
                        return
                time.sleep(SCRUB_REST_S)
        except sqlite3.Error as error:
            raise store_error(error) from None
        raise StoreError("the journal is in use and could not be emptied", hint="guard audit erase, in a quiet moment")

    def close(self) -> None:
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        if self._thread is not None:
            self._thread.join()
        else:
            self._drain()
            self._let_go()
        super().close()

    # The writing thread, or whoever writes in its place

    def _put(self, unit: _Unit) -> None:
        with self._lock:
            if self._closed:
                raise StoreError("the store is closed")
            self._queue.put(unit)

    def _run(self) -> None:
        while self._batch([self._queue.get()]):
            pass
        self._let_go()

    def _drain(self) -> None:
        self._due = False
        with self._committing:
            while not self._queue.empty() and self._batch([]):
                pass

    def _batch(self, batch: list[_Unit | None]) -> bool:
        """Commit what waits, with what is in `batch` already, and tell who waited. False once the store is closing."""
        try:
            while len(batch) < MAX_BATCH:
                batch.append(self._queue.get_nowait())
        except queue.Empty:
            pass
        units = [unit for unit in batch if unit is not None]
        if units:
            self._commit(units)
            _answer(units)
        return len(units) == len(batch)

    def _let_go(self) -> None:
        self._carrier.close()
        if self._writer is not None:
            self._writer.close()

    def _commit(self, units: list[_Unit]) -> None:
        """Run and commit a batch; every unit has a value or an error afterwards. Never raises."""
        try:
            with self._writing:
                if not self._attempt(units, eager=False):
                    # Two rows clashed and nobody knows whose: run again, each unit putting its rows down itself.
                    self._attempt(units, eager=True)
        except sqlite3.Error as error:
            self._fail(units, store_error(error))
        except GuardError as error:
            self._fail(units, StoreError(f"nothing was recorded: {error.message}", hint=error.hint))
        except Exception as error:  # noqa: BLE001  a bug in the hook must not end the thread, nor let a unit through
            self._fail(units, StoreError(f"nothing was recorded: {type(error).__name__} while committing"))

    def _attempt(self, units: list[_Unit], *, eager: bool) -> bool:
        """True when the batch was committed or came to nothing; False when it must run eagerly."""
        connection = self._writer or connect(self._path, self._busy_timeout_ms, create=False)
        self._writer = connection
        if self._inode() != self._opened:
            raise StoreError("the database file was replaced or removed", hint="stop the gate and restore the file")
        connection.execute("BEGIN IMMEDIATE")
        transaction = SqliteTransaction(connection, self._authors, eager=eager)
        grown_from = transaction.frontier.size
        for unit in units:
            _run_unit(transaction, unit)
            if transaction.broken:
                connection.execute("ROLLBACK")
                return False
        if not transaction.wrote:
            connection.execute("ROLLBACK")
            return True
        if self._before_commit is not None:
            self._before_commit(transaction)
        try:
            transaction.finish()
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError, ValueError, OverflowError):
            # One unit's row cannot be put down (it clashes, or holds what no column takes): find out whose
            if eager:
                raise
            connection.execute("ROLLBACK")
            return False
        connection.execute("COMMIT")
        self._authors.update(transaction.new_authors)
        if transaction.frontier.size > grown_from:
            self._failed = None  # an entry was recorded again; a probe, which needs less room, says less
        self._carrier.committed()
        self.counters.commits += 1
        self.counters.units += len(units)
        return True

    def _inode(self) -> tuple[int, int] | None:
        """Which file the path names now: a file that was removed is still written to, and lost with the process."""
        try:
            status = os.stat(self._name)  # noqa: PTH116 -- once a commit, and a Path costs three times as much
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _fail(self, units: list[_Unit], error: StoreError) -> None:
        """Nothing of the batch is kept. The connection is opened anew: after an I/O error its cache is not to be trusted."""
        self.counters.failures += 1
        self._failed = (time.monotonic(), error)
        for unit in units:
            unit.value, unit.error = None, error
        if self._writer is not None:
            try:
                self._writer.close()
            except sqlite3.Error:
                pass  # The next connection recovers from the journal.
            self._writer = None


def _run_unit(transaction: SqliteTransaction, unit: _Unit) -> None:
    """Run one unit in its savepoint. An error of its own stays with it; an error of the database ends the batch."""
    unit.value = unit.error = None
    try:
        unit.value = transaction.run(unit.work)
    except sqlite3.IntegrityError as error:
        unit.error = store_error(error)
    except sqlite3.Error:
        raise
    except Exception as error:  # noqa: BLE001  it goes to the caller, whatever it is
        unit.error = error


def _answer(units: list[_Unit]) -> None:
    """Tell all waiters; one wake-up per event loop, not per unit."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Unit]] = {}
    for unit in units:
        if unit.loop is not None:
            by_loop.setdefault(unit.loop, []).append(unit)
        elif unit.error is not None:
            unit.future.set_exception(unit.error)
        else:
            unit.future.set_result(unit.value)
    for loop, waiting in by_loop.items():
        try:
            if loop is asyncio._get_running_loop():  # noqa: SLF001 -- the documented way raises where there is none
                _resolve(waiting)
            else:
                loop.call_soon_threadsafe(_resolve, waiting)
        except RuntimeError:
            pass  # The loop is closed: nobody waits any more, what was committed stays.


def _resolve(units: list[_Unit]) -> None:
    for unit in units:
        if unit.future.done():
            continue
        if unit.error is not None:
            unit.future.set_exception(unit.error)
        else:
            unit.future.set_result(unit.value)


_keeps_promise: type[Store] = SqliteStore
