"""The open connections to one service: at most so many, handed out in the order of asking."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from guard.errors import UpstreamError
from guard.upstream.connection import Connection


class Pool:
    """Keeps idle connections, last used first. `connect` opens a new one and raises UpstreamError (not sent)."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]], size: int, name: str) -> None:
        self._connect = connect
        self._size = size
        self._name = name
        self._idle: list[Connection] = []
        self._all: set[Connection] = set()
        self._slots = 0
        self._waiters: deque[asyncio.Future[Connection | None]] = deque()
        self._closed = False

    def take(self, idle_max: float) -> Connection | None:
        """An idle connection unused for less than `idle_max` seconds, at once; older ones are closed."""
        idle = self._idle
        while idle:
            connection = idle.pop()
            if connection.fit(idle_max):
                return connection
            self.drop(connection)
        return None

    async def acquire(self, wait_s: float) -> Connection:
        """A connection when `take` gave none: a new one, or after the others that wait. UpstreamError (not sent)."""
        if self._closed:
            raise UpstreamError(f"the connections to {self._name} are being closed", sent=False)
        if self._slots >= self._size:
            given = await self._wait(wait_s)
            if given is not None:
                return given
        else:
            self._slots += 1
        try:
            connection = await self._connect()
        except BaseException:
            self._free_slot()
            raise
        self._all.add(connection)
        if self._ended() or connection.transport.is_closing():
            self.drop(connection)
            raise UpstreamError(f"{self._name} closed a new connection at once", sent=False)
        return connection

    def release(self, connection: Connection) -> None:
        """Take back a connection after its exchange, whatever came of that."""
        if not connection.rest() or self._closed:
            self.drop(connection)
        elif (waiter := self._next_waiter()) is not None:
            waiter.set_result(connection)
        else:
            self._idle.append(connection)

    def drop(self, connection: Connection) -> None:
        """Close a connection and let the next in line open another."""
        connection.abort()
        self.lost(connection)

    def lost(self, connection: Connection) -> None:
        """The connection is gone (also the service's doing); counted once."""
        if connection in self._all:
            self._all.remove(connection)
            if connection in self._idle:
                self._idle.remove(connection)
            self._free_slot()

    def close(self) -> None:
        """Break off everything; those who wait get UpstreamError."""
        self._closed = True
        while (waiter := self._next_waiter()) is not None:
            waiter.set_exception(UpstreamError(f"the connections to {self._name} are being closed", sent=False))
        for connection in list(self._all):
            self.drop(connection)

    def _ended(self) -> bool:
        return self._closed

    async def _wait(self, wait_s: float) -> Connection | None:
        waiter: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(wait_s):
                return await waiter
        except BaseException as error:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._pass_on(waiter.result())
            if isinstance(error, TimeoutError):
                raise UpstreamError(
                    f"all {self._size} connections to {self._name} are busy",
                    sent=False,
                    hint="try again in a moment",
                ) from error
            raise

    def _pass_on(self, given: Connection | None) -> None:
        if given is None:
            self._free_slot()
        else:
            self.release(given)

    def _free_slot(self) -> None:
        waiter = None if self._closed else self._next_waiter()
        if waiter is not None:
            waiter.set_result(None)
        else:
            self._slots -= 1

    def _next_waiter(self) -> asyncio.Future[Connection | None] | None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                return waiter
        return None
