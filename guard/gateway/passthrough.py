"""Reads: an answer of the service streams through as it comes; what would lead the client past the gate is rewritten.

Nothing of ours leaves with a read but its path, query and a closed list of headers.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from guard.errors import UpstreamError
from guard.gateway.asgi import ABORT, Receive, Send
from guard.types.http import Headers, HttpReply, HttpRequest
from guard.upstream.client import StreamedReply, Upstream

Rewrite = Callable[[HttpReply], HttpReply]

MAX_REWRITTEN = 4 * 1024 * 1024

READ_HEADERS = frozenset({
    b"accept", b"accept-encoding", b"accept-language", b"access-control-request-headers",
    b"access-control-request-method", b"access-control-request-private-network", b"atproto-accept-labelers",
    b"atproto-proxy", b"authorization", b"cache-control", b"cookie", b"dpop", b"if-match", b"if-modified-since",
    b"if-none-match", b"if-range", b"if-unmodified-since", b"last-event-id", b"origin", b"pragma", b"range", b"referer",
    b"user-agent", b"x-bsky-topics",
})  # fmt: skip
"""Headers of a read that are passed on. `atproto-proxy` is the channel's to judge before."""

_WHOLE_ANSWER = frozenset({b"accept-encoding", b"if-match", b"if-modified-since", b"if-none-match", b"if-range",
                           b"if-unmodified-since", b"range"})  # fmt: skip
_LEADS_PAST = frozenset(
    {b"alt-svc", b"strict-transport-security", b"public-key-pins", b"expect-ct", b"report-to", b"nel"}
)
"""Headers about the service's own host name: they would bind the client to it, or tell it of another way there."""
_REWRITTEN = frozenset({b"etag", b"content-length", b"content-md5", b"digest", b"content-digest", b"accept-ranges"})


async def forward_read(
    upstream: Upstream,
    request: HttpRequest,
    send: Send,
    rewrite: Rewrite | None = None,
    *,
    receive: Receive | None = None,
    rewrite_head: Rewrite | None = None,
    cors: CorsMemory | None = None,
) -> bool:
    """Answer a GET, HEAD or OPTIONS with the service's own answer; False when the client went before it was all there.

    If the service breaks off later, so does the answer: through `ABORT`, without an exception. `rewrite` needs the whole body (at most 4 MiB, else UpstreamError) and gets it uncompressed; `rewrite_head` sees
    status and headers only, while the body streams (Link, Location). `receive` tells when the client has gone, which
    ends the service's stream too. UpstreamError comes only while nothing was answered yet.
    """
    asked = replace(request, headers=read_headers(request.headers), body=b"")
    if rewrite is not None:
        await _send_reply(send, await _rewritten(upstream, asked, rewrite, cors))
        return True
    streaming = _stream(upstream, asked, send, rewrite_head, cors)
    if receive is None:
        await streaming
        return True
    relay = asyncio.ensure_future(streaming)
    gone = asyncio.ensure_future(_disconnected(receive))
    try:
        await asyncio.wait({relay, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (relay, gone):
            task.cancel()
        await asyncio.gather(relay, gone, return_exceptions=True)
    if relay.cancelled():
        return False
    relay.result()
    return True


def read_headers(headers: Headers) -> Headers:
    """The headers of a read that may go to the service."""
    named = {token.strip().lower() for name, value in headers if name == b"connection" for token in value.split(b",")}
    return tuple(header for header in headers if header[0] in READ_HEADERS and header[0] not in named)


def answer_headers(headers: Headers) -> Headers:
    """The headers of an answer that may go to the client; hop-by-hop ones went already in the client for services."""
    return tuple(header for header in headers if header[0] not in _LEADS_PAST)


async def _stream(
    upstream: Upstream, request: HttpRequest, send: Send, rewrite_head: Rewrite | None, cors: CorsMemory | None
) -> None:
    async with upstream.stream(request) as answer:
        head = _head(answer)
        if cors is not None:
            cors.learn(request.headers, head.headers)
        if rewrite_head is not None:
            head = rewrite_head(head)
        await send(_start(head))
        try:
            async for chunk in answer:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except UpstreamError:
            await send(ABORT)  # without an end of ours: the client is to see that there was none
            return
        await send({"type": "http.response.body", "body": b""})


async def _rewritten(upstream: Upstream, request: HttpRequest, rewrite: Rewrite, cors: CorsMemory | None) -> HttpReply:
    headers = tuple(header for header in request.headers if header[0] not in _WHOLE_ANSWER)
    plain = replace(request, headers=(*headers, (b"accept-encoding", b"identity")))
    reply = await upstream.fetch(plain, max_body=MAX_REWRITTEN)
    if (reply.header(b"content-encoding") or b"identity").lower() != b"identity":
        raise UpstreamError(
            f"{upstream.host} compressed an answer that has to be read here",
            sent=True,
            hint="its addresses must be rewritten, so it is not passed on",
        )
    if cors is not None:
        cors.learn(request.headers, reply.headers)
    done = rewrite(replace(reply, headers=answer_headers(reply.headers)))
    kept = tuple(header for header in done.headers if header[0] not in _REWRITTEN)
    if request.method != "HEAD" and done.status not in {204, 304}:
        kept = (*kept, (b"content-length", b"%d" % len(done.body)))
    return replace(done, headers=kept)


async def _send_reply(send: Send, reply: HttpReply) -> None:
    await send(_start(reply))
    await send({"type": "http.response.body", "body": reply.body})


def _head(answer: StreamedReply) -> HttpReply:
    return HttpReply(answer.status, answer_headers(answer.headers), b"", answer.reason)


def _start(reply: HttpReply) -> dict[str, object]:
    message: dict[str, object] = {
        "type": "http.response.start",
        "status": reply.status,
        "headers": list(reply.headers),
    }
    if reply.reason:
        message["reason"] = reply.reason
    return message


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class CorsMemory:
    """What the service last allowed web pages of an origin to read, so that the gate's own answers can be read too.

    A browser hides an answer without Access-Control-Allow-Origin from the page, the reason for a refusal included.
    Only what the service itself said is repeated: learnt from its answers, a preflight's above all, which a browser
    sends before each write that could be refused.
    """

    def __init__(self, size: int = 256) -> None:
        self._size = size
        self._said: OrderedDict[bytes, Headers] = OrderedDict()

    def learn(self, request: Headers, answer: Headers) -> None:
        """Remember the answer's permission for the request's origin."""
        origin = _first(request, b"origin")
        allowed = _first(answer, b"access-control-allow-origin")
        if allowed is None or allowed not in {b"*", origin}:
            return
        kept = tuple(header for header in answer if header[0] in _CORS)
        if _first(kept, b"access-control-expose-headers") is None:
            kept = (*kept, *self._exposed(allowed))
        self._said[allowed] = kept
        self._said.move_to_end(allowed)
        if len(self._said) > self._size:
            self._said.popitem(last=False)

    def apply(self, request: Headers, reply: HttpReply) -> HttpReply:
        """The reply, readable to the page that asked if the service's own would be."""
        origin = _first(request, b"origin")
        if origin is None or reply.header(b"access-control-allow-origin") is not None:
            return reply
        said = self._said.get(origin) or self._said.get(b"*")
        return reply if said is None else replace(reply, headers=(*reply.headers, *said))

    def _exposed(self, key: bytes) -> Headers:
        return tuple(header for header in self._said.get(key, ()) if header[0] == b"access-control-expose-headers")


_CORS = frozenset(
    {b"access-control-allow-origin", b"access-control-allow-credentials", b"access-control-expose-headers"}
)


def _first(headers: Headers, wanted: bytes) -> bytes | None:
    for name, value in headers:
        if name == wanted:
            return value
    return None
