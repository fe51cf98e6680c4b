"""What the listeners and the applications behind them say to each other: ASGI, and a little more.

Beyond ASGI, a `http.response.start` message may carry `"reason"`, the HTTP/1.1 reason phrase: one client of X shows its
user nothing else. `WHOLE` and `ABORT` are messages of our own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
"""An ASGI application."""


class ClientGoneError(OSError):
    """Raised by `send` when the client has closed its connection, as ASGI 2.4 has it."""


WHOLE = "guard.reply"
"""Type of a message that holds a whole answer, an HttpReply under `reply`: what most requests get, in one write."""

ABORT: Message = {"type": "guard.abort"}
"""Sent by an application whose answer has begun and cannot be finished: the client's connection is broken off."""
