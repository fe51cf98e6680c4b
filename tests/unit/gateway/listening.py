"""A listener of the gate on a real socket, and raw bytes spoken to it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

from guard.gateway.server import Listener, serve


@asynccontextmanager
async def listening(app, **options):
    """The port of a served application; `stop` is set at the end and the server must then finish."""
    stop = asyncio.Event()
    bound = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve([Listener("test", "127.0.0.1", 0, app, **options)], stop, bound.set_result))
    await asyncio.wait({task, bound}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    try:
        yield bound.result()[0].port
    finally:
        stop.set()
        await task


async def spoken(port: int, *pieces: bytes, pause: float = 0.0, until_answered: bool = False) -> bytes:
    """Everything the server answers to `pieces`, written one after the other, until it closes.

    Whoever writes on to one who has closed loses the answer: `until_answered` stops then.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    begun = asyncio.ensure_future(reader.read(1))
    try:
        for piece in pieces:
            if until_answered and begun.done():
                break
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        return await begun + await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        begun.cancel()
        writer.close()
        try:
            await writer.wait_closed()
        except OSError:
            pass


async def body_of(receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return body + b"<gone>"
        body += message["body"]
        if not message["more_body"]:
            return body


async def echo(scope, receive, send) -> None:
    """Answers with what was understood of the request."""
    body = await body_of(receive)
    text = b"%s %s|%s|%s" % (scope["method"].encode(), scope["raw_path"], scope["query_string"], body)
    headers = [(b"content-length", b"%d" % len(text))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text})
