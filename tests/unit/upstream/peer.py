"""A service on a real socket that answers exactly the bytes a test wants, or fails exactly as it wants."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager

import uvloop

Answer = Callable[["Call"], Awaitable[None]]


class Call:
    """One request as the service got it, and the means to answer it."""

    def __init__(
        self, peer: Peer, head: bytes, body: bytes, writer: asyncio.StreamWriter, reader: asyncio.StreamReader
    ) -> None:
        self.peer, self.head, self.body, self.writer, self._reader = peer, head, body, writer, reader
        self.connection = peer.writers.index(writer) + 1
        self.line = head.partition(b"\r\n")[0].decode()
        self.headers = [tuple(line.split(b": ", 1)) for line in head.split(b"\r\n")[1:] if line]

    async def write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def hang(self) -> None:
        """Say nothing more until the client goes."""
        await self._reader.read()

    def close(self) -> None:
        self.writer.close()

    def reset(self) -> None:
        self.writer.transport.abort()


class Peer:
    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.calls: list[Call] = []
        self.connections = 0
        self.open = 0
        self.writers: list[asyncio.StreamWriter] = []
        self.url = ""
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        self.writers.append(writer)
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                body = await reader.readexactly(int(length[0])) if length else b""
                call = Call(self, head, body, writer, reader)
                self.calls.append(call)
                await self._answer(call)
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            self.open -= 1
            writer.close()
            try:
                await writer.wait_closed()
            except OSError:
                pass

    async def all_closed(self) -> None:
        async with asyncio.timeout(5):
            while self.open:  # noqa: ASYNC110
                await asyncio.sleep(0.005)


@asynccontextmanager
async def peer(answer: Answer | bytes, **options):
    """A running service; `answer` may be the bytes of every answer."""
    if isinstance(answer, bytes):
        data = answer

        async def answer(call: Call) -> None:
            await call.write(data)

    served = Peer(answer)
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0, **options)
    served.port = server.sockets[0].getsockname()[1]
    scheme = "https" if "ssl" in options else "http"
    served.url = f"{scheme}://127.0.0.1:{served.port}"
    try:
        yield served
    finally:
        server.close()
        for writer in served.writers:
            writer.transport.abort()
        await served.all_closed()
        await server.wait_closed()


def ok(body: bytes = b"ok", *headers: bytes) -> bytes:
    lines = [b"HTTP/1.1 200 OK", b"content-length: %d" % len(body), *headers, b"", body]
    return b"\r\n".join(lines)


def run(test: Callable[[], Coroutine[None, None, None]]) -> None:
    """Run a test's coroutine on uvloop, in bounded time; no task of it may be left behind."""

    async def bounded() -> None:
        async with asyncio.timeout(20):
            await test()
        await asyncio.sleep(0)
        left = {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}
        assert not left

    uvloop.run(bounded())
