"""Posts that appear on the company's internal server instead of the service they were written for.

The internal server speaks Mastodon's dialect. One account publishes for everybody, and says who wrote. Each part carries an
idempotency key made of the post itself, so that sending again after an answer that got lost publishes nothing twice.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace

from guard import observe
from guard.channels.base import Refusal, Trouble
from guard.channels.joined import PATH as JOINED
from guard.errors import UpstreamError
from guard.gateway import words
from guard.gateway.base import Recorded, Recording
from guard.outbox.states import may_go_inside
from guard.types.decision import Action
from guard.types.held import DeliveryState
from guard.types.http import HttpReply, HttpRequest
from guard.types.inspection import Inspection
from guard.types.post import Post
from guard.upstream.client import Upstream
from guard.words.texts import Phrase

NO_TEXT = frozenset({"filename", "key", "other"})
MOST_PARTS = 20


@dataclass(frozen=True, slots=True)
class Internal:
    """The internal server."""

    upstream: Upstream
    token: str
    visibility: str
    max_chars: int


def kept_inside(inspection: Inspection, internal: Internal | None) -> Inspection:
    """The inspection, raised to hold where it asks for a reroute that cannot be made."""
    if inspection.decision.action is not Action.REROUTE:
        return inspection
    if internal is not None and may_go_inside(inspection.post):
        return inspection
    return replace(inspection, decision=replace(inspection.decision, action=Action.HOLD, reason="reroute-impossible"))


async def reroute(
    internal: Internal, ledger: Recording, recorded: Recorded, inspection: Inspection, bound: bytes, language: str
) -> Refusal:
    """Publish inside what was recorded, once, and tell the author where it is."""
    post, delivery = inspection.post, recorded.delivery
    first: str | None = None
    address = internal.upstream.base_url
    before: str | None = None
    try:
        for number, part in enumerate(parts(post, internal.max_chars, language)):
            reply = await internal.upstream.fetch(_request(internal, part, f"{bound.hex()}-{number}", before))
            status = _status(reply)
            if status is None:
                ledger.settle(delivery, DeliveryState.REFUSED, post.author)
                observe.warn("reroute-refused", status=reply.status)
                return _failed(language, 502)
            before = status["id"]
            if first is None:
                first, address = status["id"], status["url"] or address
    except UpstreamError as error:
        ledger.settle(delivery, DeliveryState.IN_DOUBT if error.sent else DeliveryState.REFUSED, post.author)
        observe.delivered("internal", "in_doubt" if error.sent else "refused")
        observe.failed("internal", error.message)
        return _failed(language, 504 if error.sent else 502)
    ledger.settle(delivery, DeliveryState.SENT, post.author, first)
    observe.delivered("internal", "sent")
    observe.worked("internal")
    opening = words.tell(Phrase("author.rerouted", url=address), language)
    return Refusal(Trouble.BLOCKED, words.stopped(inspection, opening, language, safe=False))


def parts(post: Post, most: int, language: str) -> Iterator[str]:
    """The post's texts as statuses of at most so many characters: who wrote, then all that people would have read."""
    author = post.author
    name = author.person or author.handle or author.account
    shown = [segment for segment in post.segments if segment.path != JOINED and segment.role not in NO_TEXT]
    texts = [f"- {one.text}" if one.role == "poll-option" else one.text for one in shown if one.text.strip()]
    if post.attachments:
        texts.append(words.tell(Phrase("author.reroute-files", number=len(post.attachments)), language))
    # A handle of the outer service would be read as one of the internal server
    whole = (
        words.tell(Phrase("author.reroute-from", name=name.lstrip("@"), network=post.network), language)
        + "\n"
        + "\n".join(texts)
    )
    lines = (
        textwrap.wrap(whole, most, replace_whitespace=False, drop_whitespace=False) if len(whole) > most else [whole]
    )
    yield from lines[:MOST_PARTS]


def _request(internal: Internal, text: str, key: str, before: str | None) -> HttpRequest:
    body: dict[str, str] = {"status": text, "visibility": internal.visibility}
    if before is not None:
        body["in_reply_to_id"] = before
    headers = (
        (b"authorization", f"Bearer {internal.token}".encode("ascii")),
        (b"content-type", b"application/json"),
        (b"idempotency-key", key.encode("ascii")),
        (b"accept", b"application/json"),
    )
    return HttpRequest("POST", "/api/v1/statuses", "", headers, json.dumps(body).encode())


def _status(reply: HttpReply) -> dict[str, str] | None:
    """Id and address of what was published; None when nothing was."""
    if reply.status != 200:
        return None
    try:
        found = json.loads(reply.body)
        return {"id": str(found["id"]), "url": str(found.get("url") or "")}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _failed(language: str, status: int) -> Refusal:
    return Refusal(Trouble.UPSTREAM, words.tell(Phrase("author.reroute-failed"), language), status=status)
