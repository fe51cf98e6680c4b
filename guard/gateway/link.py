"""Messages between a worker process and the recording process, over a socket pair that nobody else holds.

All that is said in one turn of the event loop travels as one frame: 4 bytes of length, one that names the form, then a
list: marshalled where it holds plain values only, as it does for most posts, else pickled. Both ends are the same
program, forked from one process, so nothing else's bytes are ever read.
"""

from __future__ import annotations

import asyncio
import marshal
import pickle
import socket
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, NamedTuple, cast

from guard.errors import StoreError

_LENGTH = 4
_HEAD = _LENGTH + 1
_PLAIN, _OBJECTS = b"m", b"p"
ANSWER = ""
"""Kind of an answer to the message of that number."""

Message = tuple[int, str, Any]
"""Number (0 where no answer is wanted), kind and value."""


class Failure(NamedTuple):
    """An error as it travels; it arrives as a StoreError."""

    message: str
    hint: str = ""


Take = Callable[["Link", Sequence[Message]], None]


class Link(asyncio.Protocol):
    """One end. `take` gets what the other end says, a frame at a time; `lost` is called when the other end has gone."""

    def __init__(self, take: Take, lost: Callable[[Link], None]) -> None:
        self._take, self._lost = take, lost
        self._loop = asyncio.get_running_loop()
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._out: list[Message] = []
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def over(cls, sock: socket.socket, take: Take, lost: Callable[[Link], None]) -> Link:
        """A link over one end of a socket pair, which is the link's from now on."""
        loop = asyncio.get_running_loop()
        _, link = await loop.create_unix_connection(lambda: cls(take, lost), sock=sock)
        return link

    def call(self, kind: str, value: Any = None) -> asyncio.Future[Any]:
        """Say something and get the answer. StoreError when it was a failure, or when the other end went first."""
        future: asyncio.Future[Any] = self._loop.create_future()
        if self._transport is None:
            future.set_exception(StoreError("the recording process has ended", hint="see its log; the gate restarts"))
            return future
        number = next(self._numbers)
        self._waiting[number] = future
        self._queue(number, kind, value)
        return future

    def tell(self, kind: str, value: Any = None) -> None:
        """Say something that needs no answer."""
        self._queue(0, kind, value)

    def answer(self, number: int, value: Any) -> None:
        """Answer a message; a Failure raises at the other end."""
        self._queue(number, ANSWER, value)

    def close(self) -> None:
        """Say what is still to be said, and go."""
        self._flush()
        if self._transport is not None:
            self._transport.close()

    def _queue(self, number: int, kind: str, value: Any) -> None:
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append((number, kind, value))

    def _flush(self) -> None:
        out, self._out = self._out, []
        if out and self._transport is not None:
            try:
                form, frame = _PLAIN, marshal.dumps(out)
            except ValueError:
                form, frame = _OBJECTS, pickle.dumps(out, pickle.HIGHEST_PROTOCOL)
            self._transport.write(b"".join((len(frame).to_bytes(_LENGTH, "big"), form, frame)))

    # asyncio's calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= _HEAD:
            end = _HEAD + int.from_bytes(self._buffer[:_LENGTH], "big")
            if len(self._buffer) < end:
                return
            read = marshal.loads if self._buffer[_LENGTH:_HEAD] == _PLAIN else pickle.loads
            said: list[Message] = read(memoryview(self._buffer)[_HEAD:end])
            del self._buffer[:end]
            self._sort(said)

    def _sort(self, said: list[Message]) -> None:
        asked: list[Message] = []
        for message in said:
            number, kind, value = message
            if kind != ANSWER:
                asked.append(message)
                continue
            if asked:  # what was said before an answer is to be known when the answer is
                self._take(self, asked)
                asked = []
            future = self._waiting.pop(number)
            if future.done():
                continue
            if type(value) is Failure:
                future.set_exception(StoreError(value.message, hint=value.hint))
            else:
                future.set_result(value)
        if asked:
            self._take(self, asked)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._transport = None
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(StoreError("the recording process has ended"))
        self._lost(self)
