"""Run the sandbox service, in a process of its own or beside the gate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from guard.sandbox.app import build_sandbox


class _Quiet(uvicorn.Server):
    """Leaves signals to whoever runs the event loop, and stops when its task is cancelled."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(host: str, port: int, *, gate_url: str = "http://127.0.0.1:8400") -> None:
    """Serve until the task is cancelled. OSError or SystemExit when the port is taken."""
    app = build_sandbox(base_url=f"http://{host}:{port}", gate_url=gate_url)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="websockets-sansio",
        timeout_graceful_shutdown=1,
    )
    await _Quiet(config).serve()
