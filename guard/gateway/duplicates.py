"""One send per idempotency key: a client that repeats a request gets the first answer, not a second post.

Some servers of the Mastodon dialect ignore the header (seen with two of them), so the gate keeps its own memory.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from time import monotonic

from guard.errors import RequestError
from guard.types.http import HttpReply
from guard.words.texts import Phrase

KEPT_SECONDS = 3600
KEPT = 20_000

Key = tuple[str, bytes]
"""Account and the client's key."""


class _Seen:
    """One key's post: under way, or done with `reply`."""

    __slots__ = ("binding", "reply", "until", "waiting")

    def __init__(self, binding: bytes) -> None:
        self.until = monotonic() + KEPT_SECONDS
        self.binding = binding
        self.reply: HttpReply | None = None
        self.waiting: asyncio.Future[HttpReply | None] | None = None
        """Made only for who asks a second time, which is rare."""

    def answer(self) -> asyncio.Future[HttpReply | None]:
        if self.waiting is None:
            self.waiting = asyncio.get_running_loop().create_future()
            if self.reply is not None:
                self.waiting.set_result(self.reply)
        return self.waiting

    def done(self, reply: HttpReply | None) -> None:
        self.reply = reply
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_result(reply)


class Duplicates:
    """Answers by key, for an hour. A stopped post leaves its key free: clients reuse it with the mended text."""

    def __init__(self) -> None:
        self._seen: OrderedDict[Key, _Seen] = OrderedDict()

    async def first(self, key: Key, binding: bytes) -> HttpReply | None:
        """The answer to an equal request that is under way or done; None: this is the first, `done` must follow."""
        while (under_way := self.begin(key, binding)) is not None:
            reply = await asyncio.shield(under_way)
            if reply is not None:
                return reply
        return None

    def begin(self, key: Key, binding: bytes) -> asyncio.Future[HttpReply | None] | None:
        """The future answer to an equal request; None: this is the first. RequestError 422 for the key of another post."""
        known = self._seen.get(key)
        if known is not None:
            if known.until > monotonic():
                if known.binding != binding:
                    raise RequestError(Phrase("author.key-reused"), status=422)
                return known.answer()
            del self._seen[key]
        self._seen[key] = _Seen(binding)
        if len(self._seen) > KEPT:
            self._seen.popitem(last=False)
        return None

    def done(self, key: Key, reply: HttpReply | None, *, keep: bool = True) -> None:
        """The first request's answer, or None when nothing was published and the key is free again.

        Without `keep` only those who wait get the answer: to say the same thing twice on purpose is not forbidden.
        """
        known = self._seen.get(key)
        if known is None:
            return
        if reply is None or not keep:
            del self._seen[key]
        known.done(reply)
