"""A byte relay in front of a good server that misbehaves on request: stalls, resets, breaks answers off.

One connection carries one request (the relay asks for `Connection: close`), which is all these tests need.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

MODES = ("none", "stall", "act_then_stall", "act_then_reset", "half", "garbage", "reset")


class Faulty:
    """`mode` says what happens to requests for which `applies(method, path)`; all others pass."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._upstream = (parts.hostname or "", parts.port or 80)
        self.mode = "none"
        self.applies: Callable[[str, str], bool] = lambda method, path: method not in {"GET", "HEAD"}
        self.seen: list[tuple[str, str]] = []
        self.faults = 0
        self.reached = threading.Event()
        """Set when a request that misbehaviour applies to has wholly arrived (and was acted on, for `act_…`)."""
        self.release = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def fail(self, mode: str, path: str = "") -> None:
        """From now on `mode` for writes whose path begins with `path`."""
        assert mode in MODES
        self.reached.clear()
        self.release.clear()
        self.applies = lambda method, asked: method not in {"GET", "HEAD"} and asked.startswith(path)
        self.mode = mode

    def heal(self) -> None:
        self.mode = "none"
        self.release.set()

    def stop(self) -> None:
        self.release.set()
        self._listener.close()
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._open.add(client)
            threading.Thread(target=self._guarded, args=(client,), daemon=True).start()

    def _guarded(self, client: socket.socket) -> None:
        try:
            self._serve(client)
        except OSError:
            pass  # one side has gone: that is what these tests are about
        finally:
            self._open.discard(client)
            with contextlib.suppress(OSError):
                client.close()

    def _serve(self, client: socket.socket) -> None:
        request = _read_message(client)
        if not request:
            return
        method, target = request.split(b" ", 2)[:2]
        path = target.decode().partition("?")[0]
        self.seen.append((method.decode(), path))
        bad = self.mode if self.mode != "none" and self.applies(method.decode(), path) else ""
        answer = b"" if bad in {"stall", "reset", "garbage"} else self._ask(request)
        if bad:
            self.faults += 1
            self.reached.set()
        if bad in {"stall", "act_then_stall"}:
            self.release.wait(60)
            return
        if bad in {"reset", "act_then_reset"}:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        if bad == "garbage":
            client.sendall(b"\x16\x03\x01 not http at all\r\n\r\n")
            return
        client.sendall(answer[: len(answer) // 2 + 40] if bad == "half" else answer)

    def _ask(self, request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
        with socket.create_connection(self._upstream, 10) as upstream:
            upstream.sendall(b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body)
            answer = b""
            while chunk := upstream.recv(65536):
                answer += chunk
        return answer


def _read_message(client: socket.socket) -> bytes:
    """One request with a Content-Length or none."""
    client.settimeout(30)
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = client.recv(65536)
        if not chunk:
            return b""
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")),
        0,
    )
    while len(body) < length:
        chunk = client.recv(65536)
        if not chunk:
            return b""
        body += chunk
    return head + b"\r\n\r\n" + body
