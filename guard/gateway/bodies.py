"""The reading of request bodies, within limits of each and of all together."""

from __future__ import annotations

from guard.errors import RequestError
from guard.gateway.asgi import Receive
from guard.words.texts import Phrase


class BodyBudget:
    """Bytes of request bodies that may be in memory at once, over all listeners."""

    def __init__(self, total: int) -> None:
        self._left = total

    def body(self, receive: Receive, limit: int, *, declared: int = 0) -> BodyLease:
        """A request's whole body as a context, see `read_body`; its room is given back at the end of the block."""
        return BodyLease(self, receive, limit, declared)

    def give_back(self, size: int) -> None:
        self._left += size

    def take(self, size: int) -> None:
        """RequestError 503 when there is no room."""
        if size > self._left:
            raise RequestError(Phrase("request.busy"), status=503, hint=Phrase("request.do.moment"))
        self._left -= size


class BodyLease:
    """One body's share of the budget. A class and not a generator: this is on every post's way."""

    __slots__ = ("_budget", "_declared", "_limit", "_receive", "_taken")

    def __init__(self, budget: BodyBudget, receive: Receive, limit: int, declared: int) -> None:
        self._budget, self._receive, self._limit, self._declared = budget, receive, limit, declared
        self._taken = 0

    async def __aenter__(self) -> bytes:
        try:
            return await read_body(self._receive, self._limit, declared=self._declared, lease=self)
        except BaseException:
            self._budget.give_back(self._taken)
            raise

    async def __aexit__(self, *raised: object) -> None:
        self._budget.give_back(self._taken)

    def grow(self, size: int) -> None:
        """Take room up to `size` bytes in all; RequestError 503 when there is none."""
        if size > self._taken:
            self._budget.take(size - self._taken)
            self._taken = size


async def read_body(receive: Receive, limit: int, *, declared: int = 0, lease: BodyLease | None = None) -> bytes:
    """The whole body of a request.

    `declared` is its Content-Length, if any: a body too long is refused unread. RequestError 413 beyond `limit` bytes,
    503 when the budget is spent, 400 when the client left before the end.
    """
    if declared > limit:
        _check_room(declared, limit, None)
    received = 0
    chunks: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise RequestError(Phrase("request.client-gone"))
        more = message.get("more_body", False)
        chunks.append(message.get("body", b""))
        received += len(chunks[-1])
        _check_room(received, limit, lease)  # room is taken by what has come, not by what is announced
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _check_room(size: int, limit: int, lease: BodyLease | None) -> None:
    if size > limit:
        raise RequestError(Phrase("request.longer", bytes=limit), status=413, hint=Phrase("request.do.less"))
    if lease is not None:
        lease.grow(size)
