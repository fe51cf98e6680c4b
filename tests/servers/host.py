"""Runs an ASGI application on a free loopback port, in a thread of the test process, so that tests can look into it."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

import uvicorn


def bound_socket() -> socket.socket:
    """A loopback socket on a free port chosen by the system, bound and not yet listening."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", 0))
    return sock


_given: set[int] = set()


def free_port() -> int:
    """A port that was free a moment ago, for a process that must be told its port; never the same one twice."""
    while True:
        with bound_socket() as sock:
            port = int(sock.getsockname()[1])
        if port not in _given:
            _given.add(port)
            return port


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Signals belong to pytest."""

    def capture_signals(self):
        import contextlib

        return contextlib.nullcontext()


class Hosted:
    """A running application. `build` is called with the base URL it will have."""

    def __init__(self, build) -> None:
        self._socket = bound_socket()
        self.port = int(self._socket.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.app: Any = build(self.url)
        config = uvicorn.Config(
            self.app,
            log_level="error",
            access_log=False,
            lifespan="off",
            ws="websockets-sansio",
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the test server did not start")

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(self._server.serve(sockets=[self._socket]))
        while not self._server.started:  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0.005)
        self._ready.set()
        await task

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()
