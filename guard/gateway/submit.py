"""A post's whole trip, top to bottom on one page: read, who, inspect, decide, record, send, answer.

The order must not be broken: nothing is sent before the entry that allows it is durable. A crash after that leaves the
delivery in doubt; when the author sends again, the service is asked first, and nothing is ever re-sent blindly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from guard import observe
from guard.channels.base import Channel, Refusal, Route, RouteKind, Submission, Trouble, with_media
from guard.errors import RequestError, StoreError, UpstreamError
from guard.gateway import words
from guard.gateway.disposition import Deliver, Hold, Refuse
from guard.gateway.duplicates import Duplicates
from guard.gateway.identify import Identities
from guard.gateway.ledger import Ledger, Recorded
from guard.gateway.media import Uploads, hold_unread, is_upload
from guard.inspector import Inspector
from guard.outbox.states import binding
from guard.types.decision import Action
from guard.types.held import DeliveryState
from guard.types.http import HttpReply, HttpRequest
from guard.types.inspection import DetectorFailure, Facts, Inspection
from guard.types.post import Post
from guard.upstream.client import Upstream

INLINE_CODE_POINTS = 6_000
"""Longer posts are inspected in a thread, so that they do not keep everybody else waiting."""


@dataclass(slots=True)
class Gate:
    """One listener's parts, put together by guard.wiring."""

    name: str
    channel: Channel
    upstream: Upstream
    public_url: str
    inspector: Callable[[], Inspector]
    ledger: Ledger
    identities: Identities
    uploads: Uploads
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    threads: ThreadPoolExecutor
    deadline_s: float = 1.0
    language: str = "fr"
    hold_unread_media: bool = False
    duplicates: Duplicates = field(default_factory=Duplicates)


async def submit(gate: Gate, request: HttpRequest, route: Route) -> HttpReply:
    """Answer a write. Raises RequestError, StoreError and UpstreamError, each before anything undecided could leave."""
    submission = gate.channel.read(request, route, gate.new_id())
    if route.kind is RouteKind.HARMLESS and not submission.post.segments and not submission.post.attachments:
        return await _forward(gate, gate.channel.render(submission, (), request.headers), route)

    author = await gate.identities.author(request)
    if isinstance(author, HttpReply):
        return author  # the service refuses these credentials, in its own words
    post = with_media(submission.post, gate.uploads.known(author, submission.media_refs), author)

    bound = binding(post)
    key = (author.account, request.header(b"idempotency-key") or b"")
    if not key[1]:
        return await _decide_and_send(gate, request, submission, post, bound)
    if (earlier := await gate.duplicates.first(key, bound)) is not None:
        return earlier
    reply: HttpReply | None = None
    try:
        reply = await _decide_and_send(gate, request, submission, post, bound)
    finally:
        gate.duplicates.done(key, reply if reply is not None and reply.status < 300 else None)
    return reply


async def _decide_and_send(
    gate: Gate, request: HttpRequest, submission: Submission, post: Post, bound: bytes
) -> HttpReply:
    inspection = await _inspect(gate, post)
    if gate.hold_unread_media:
        inspection = hold_unread(inspection)
    language = words.language_for(post, request.header(b"accept-language"), gate.language)

    if inspection.decision.action < Action.BLOCK and gate.ledger.doubtful(bound):
        settled = await _settle_doubt(gate, request, inspection, bound, language)
        if settled is not None:
            return settled

    recorded = await gate.ledger.decide(gate.name, inspection, bound)

    if isinstance(recorded.disposition, Deliver):
        return await _send(gate, request, submission, recorded, post, language)
    return gate.channel.reply(_stopped(gate, recorded.disposition, recorded.case or 0, inspection, language))


def _stopped(gate: Gate, disposition: Hold | Refuse, number: int, inspection: Inspection, language: str) -> Refusal:
    """What the author reads: held or refused, why, what to do, and a version that would pass."""
    safe = _safe_version(gate, inspection)
    match disposition:
        case Hold():
            opening, closing = words.phrase("held", language, case=number), words.phrase("held-next", language)
            return Refusal(Trouble.HELD, words.stopped(inspection, opening, language, safe, closing))
        case Refuse(case=None):
            opening = words.phrase("blocked", language)
            return Refusal(Trouble.BLOCKED, words.stopped(inspection, opening, language, safe))
        case Refuse(case=case):
            opening = words.phrase("rejected", language, case=number)
            reason = case.review.reason if case and case.review else ""
            closing = words.phrase("rejected-reason", language, reason=reason) if reason else ""
            return Refusal(Trouble.BLOCKED, words.stopped(inspection, opening, language, safe, closing))


async def _inspect(gate: Gate, post: Post) -> Inspection:
    """Inspect under the deadline; what is not inspected in time, or crashes, is held."""
    inspector = gate.inspector()
    facts = Facts(now=gate.now(), groups=post.author.groups)
    failure = "time-out"
    try:
        if inspector.inline and sum(len(segment.text) for segment in post.segments) <= INLINE_CODE_POINTS:
            inspection = inspector.inspect(post, facts)
        else:
            work = asyncio.get_running_loop().run_in_executor(gate.threads, inspector.inspect, post, facts)
            inspection = await asyncio.wait_for(work, gate.deadline_s)
    except TimeoutError:
        inspection = inspector.not_inspected(post, facts, DetectorFailure("inspection", failure))
    except Exception as error:  # noqa: BLE001 -- whatever broke, a person looks at the post
        inspection = inspector.not_inspected(post, facts, DetectorFailure("inspection", type(error).__name__))
    observe.inspected(inspection)
    return inspection


def _safe_version(gate: Gate, inspection: Inspection) -> Post | None:
    """The redacted post if it would pass as it stands: only such a version is offered to a stopped author."""
    if inspection.decision.action < Action.HOLD or inspection.redacted is None:
        return None
    facts = Facts(now=gate.now(), groups=inspection.post.author.groups)
    again = gate.inspector().inspect(inspection.redacted, facts)
    return inspection.redacted if again.decision.action < Action.HOLD else None


async def _send(
    gate: Gate,
    request: HttpRequest,
    submission: Submission,
    recorded: Recorded,
    post: Post,
    language: str,
) -> HttpReply:
    """Send what was recorded, once, and record what became of it."""
    rebuilt = gate.channel.render(submission, recorded.edits, request.headers)
    delivery = recorded.delivery
    try:
        reply = await gate.upstream.fetch(rebuilt)
    except UpstreamError as error:
        state = DeliveryState.IN_DOUBT if error.sent else DeliveryState.REFUSED
        gate.ledger.settle(delivery, state, post)
        observe.delivered(post.network, state.value)
        message = words.phrase("upstream-in-doubt" if error.sent else "upstream-down", language)
        return gate.channel.reply(Refusal(Trouble.UPSTREAM, message, status=504 if error.sent else 502))
    if reply.status in {401, 403}:
        gate.identities.forget(request)
    if reply.status >= 500:
        # The service may have acted before it failed: only a look-up can tell.
        gate.ledger.settle(delivery, DeliveryState.IN_DOUBT, post)
    elif reply.status >= 300:
        gate.ledger.settle(delivery, DeliveryState.REFUSED, post)
    else:
        upstream_id = gate.channel.upstream_id(reply)
        uploaded = gate.uploads.remember(post, upstream_id)
        gate.ledger.settle(delivery, DeliveryState.SENT, post, upstream_id, uploaded)
    observe.delivered(post.network, "sent" if reply.status < 300 else f"{reply.status // 100}xx")
    return gate.channel.rewrite(submission.route, reply, gate.public_url, gate.upstream.base_url)


async def _settle_doubt(
    gate: Gate, request: HttpRequest, inspection: Inspection, bound: bytes, language: str
) -> HttpReply | None:
    """An earlier send of this very post may have arrived: look it up. None: it did not, send it."""
    post = inspection.post
    ask = gate.channel.lookup(post)
    if ask is None:
        gate.ledger.let_go(bound)
        if post.target is not None or is_upload(post):
            return None  # to change a thing or to upload a file twice is no second post
        return gate.channel.reply(Refusal(Trouble.UPSTREAM, words.phrase("cannot-look-up", language), status=502))
    credentials = tuple(pair for pair in request.headers if pair[0] == b"authorization")
    reply = await gate.upstream.fetch(HttpRequest(ask.method, ask.path, ask.query, (*ask.headers, *credentials)))
    if reply.status != 200:
        return gate.channel.reply(Refusal(Trouble.UPSTREAM, words.phrase("upstream-in-doubt", language), status=502))
    since = gate.ledger.doubtful_since(bound)
    forms = [post] if inspection.redacted is None else [post, inspection.redacted]
    found = next((body for form in forms if (body := gate.channel.found(form, reply, since))), None)
    await gate.ledger.settle_doubt(bound, arrived=found is not None)
    if found is None:
        return None
    return HttpReply(200, ((b"content-type", b"application/json; charset=utf-8"),), found)


async def _forward(gate: Gate, rebuilt: HttpRequest, route: Route) -> HttpReply:
    """A named, harmless write: rebuilt and sent, its answer led back to the gate."""
    reply = await gate.upstream.fetch(rebuilt)
    return gate.channel.rewrite(route, reply, gate.public_url, gate.upstream.base_url)


def refusal_for(error: Exception, language: str) -> Refusal:
    """Any error of the trip as an answer of the gate's own."""
    match error:
        case RequestError(message="key-reused"):
            return Refusal(Trouble.BAD_REQUEST, words.phrase("key-reused", language), status=422)
        case RequestError():
            return Refusal(Trouble.BAD_REQUEST, str(error), status=error.status)
        case UpstreamError(sent=sent):
            key = "upstream-in-doubt" if sent else "upstream-down"
            return Refusal(Trouble.UPSTREAM, words.phrase(key, language), status=504 if sent else 502, retry_after=5)
        case StoreError():
            return Refusal(Trouble.UNAVAILABLE, words.phrase("unavailable", language), status=503, retry_after=5)
        case _:
            return Refusal(Trouble.UNAVAILABLE, words.phrase("unavailable", language), status=503, retry_after=30)
