"""Who is behind a request's credentials: asked of the service once, then remembered for a while by a keyed digest.

No credential is kept: the memory's key is an HMAC under a key that lives as long as the process.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from dataclasses import replace
from time import monotonic

from guard.channels.base import Channel
from guard.errors import UpstreamError
from guard.settings.load import Authors
from guard.types.http import HttpReply, HttpRequest
from guard.types.post import Author
from guard.upstream.client import Upstream

REMEMBERED = 50_000
CREDENTIALS = (b"authorization", b"cookie", b"dpop")


async def ask(upstream: Upstream, request: HttpRequest) -> HttpReply:
    """The answer to a request that publishes nothing; UpstreamError never says that something may have been published."""
    try:
        return await upstream.fetch(request)
    except UpstreamError as error:
        error.sent = False
        raise


class Identities:
    """Credentials -> author, for one listener."""

    def __init__(self, channel: Channel, upstream: Upstream, authors: Authors, minutes: int) -> None:
        self._channel, self._upstream, self._authors = channel, upstream, authors
        self._seconds = minutes * 60
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, tuple[float, Author]] = OrderedDict()
        self._asking: dict[bytes, asyncio.Future[Author | HttpReply]] = {}

    async def author(self, request: HttpRequest) -> Author | HttpReply:
        """The author, or the service's own refusal of the credentials. Raises UpstreamError when it cannot be asked."""
        key = self._digest(request)
        known = self._known.get(key)
        if known is not None and known[0] > monotonic():
            return known[1]
        question = self._channel.identity(request.headers)
        if question is None:
            return Author(network=self._channel.network, account="")
        if key in self._asking:
            return await asyncio.shield(self._asking[key])
        future = asyncio.get_running_loop().create_future()
        self._asking[key] = future
        try:
            answer = await self._ask(question)
        except BaseException as error:
            future.set_exception(error)
            future.exception()  # waiters get it too; nobody waiting is no fault
            raise
        else:
            future.set_result(answer)
        finally:
            del self._asking[key]
        if isinstance(answer, Author):
            self._remember(key, answer)
        return answer

    def language(self, request: HttpRequest) -> str | None:
        """The language of the author behind these credentials, where they are known and somebody has said it. Asks nobody."""
        known = self._known.get(self._digest(request))
        return None if known is None else known[1].language

    def forget(self, request: HttpRequest) -> None:
        """The service refused these credentials: ask again next time."""
        self._known.pop(self._digest(request), None)

    async def _ask(self, question: HttpRequest) -> Author | HttpReply:
        reply = await ask(self._upstream, question)
        author = self._channel.author(reply, self._upstream.base_url)
        if author is None:
            if reply.status < 400:
                # An answer that names nobody must not pass for the answer to the write
                raise UpstreamError("the service did not say whose credentials these are", sent=False)
            return reply
        person = self._authors.person(author.network, author.account)
        if person is None:
            return author
        return replace(author, person=person.name, groups=person.groups, language=person.language)

    def _digest(self, request: HttpRequest) -> bytes:
        digest = hashlib.blake2b(key=self._key)
        for name, value in request.headers:
            if name in CREDENTIALS:
                digest.update(name + b":" + value + b"\n")
        return digest.digest()

    def _remember(self, key: bytes, author: Author) -> None:
        self._known[key] = (monotonic() + self._seconds, author)
        self._known.move_to_end(key)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
