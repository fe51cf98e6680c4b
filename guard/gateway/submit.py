"""A post's whole trip, top to bottom on one page: read, who, inspect, decide, record, send, answer.

The order must not be broken: nothing is sent before the entry that allows it is durable. A crash after that leaves the
delivery in doubt; when the author sends again, the service is asked first, and nothing is ever re-sent blindly.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from guard import observe
from guard.channels.base import Refusal, Route, RouteKind, Submission, Trouble, with_media
from guard.errors import RequestError, StoreError, UnsendableError, UpstreamError
from guard.gateway import words
from guard.gateway.base import Recorded
from guard.gateway.disposition import Deliver, Hold, Refuse, Reroute
from guard.gateway.doubt import settle_doubt
from guard.gateway.duplicates import Key
from guard.gateway.gate import Gate
from guard.gateway.identify import ask
from guard.gateway.media import hold_unread, is_upload
from guard.gateway.reroute import kept_inside, reroute
from guard.gateway.unjoined import hold_unjoined
from guard.outbox.alike import Alike
from guard.outbox.states import binding, publishes_anew
from guard.types.decision import Action
from guard.types.held import DeliveryState
from guard.types.http import HttpReply, HttpRequest
from guard.types.inspection import DetectorFailure, Facts, Inspection
from guard.types.post import Author, Post
from guard.words.texts import Phrase

INLINE_CODE_POINTS = 6_000
"""Longer posts are inspected in a thread, so that they do not keep everybody else waiting."""


async def submit(gate: Gate, request: HttpRequest, route: Route) -> HttpReply:
    """Answer a write. Raises RequestError, StoreError and UpstreamError, each before anything undecided could leave."""
    submission = gate.channel.read(request, route, gate.new_id())
    if route.kind is RouteKind.HARMLESS and not submission.post.segments and not submission.post.attachments:
        return await _forward(gate, gate.channel.render(submission, (), request.headers), route)

    author = await gate.identities.author(request)
    if route.authorless and isinstance(author, HttpReply) and author.status in {401, 403, 422}:
        author = Author(network=gate.channel.network, account="")  # an app's token, which names nobody
    if isinstance(author, HttpReply):
        return author  # the service refuses these credentials, in its own words
    post = with_media(submission.post, gate.uploads.known(author, submission.media_refs), author)

    bound = binding(post)
    named = request.header(b"idempotency-key") or b""
    # Of nobody known, or with a password that leaves no trace in `bound`: equal requests may be two people's
    apart = route.private or not author.account
    if apart or not (named or publishes_anew(post.operation)):
        return await _decide_and_send(gate, request, submission, post, bound, None)
    # Without a key, the same post by the same account while the first is under way is a client that did not wait
    key = (author.account, named or bound)
    if (earlier := await gate.duplicates.first(key, bound)) is not None:
        return earlier
    reply: HttpReply | None = None
    try:
        reply = await _decide_and_send(gate, request, submission, post, bound, key)
    finally:
        published = reply is not None and reply.status < 300
        gate.duplicates.done(key, reply if published or not named else None, keep=bool(named))
    return reply


async def _decide_and_send(
    gate: Gate, request: HttpRequest, submission: Submission, post: Post, bound: bytes, claim: Key | None
) -> HttpReply:
    inspection = await _inspect(gate, post)
    observe.inspected(inspection)
    inspection = kept_inside(inspection, gate.internal)
    if gate.hold_unread_media:
        inspection = hold_unread(inspection, gate.uploads)
    inspection = hold_unjoined(inspection)
    language = words.language_for(post, request.header(b"accept-language"), gate.language)

    recorded: Recorded | HttpReply | None = None
    while recorded is None:
        if inspection.decision.action is Action.REROUTE and (doubt := gate.ledger.doubt(bound)) is not None:
            gate.ledger.let_go(doubt)  # the internal server knows a repetition by its key
        elif inspection.decision.action < Action.BLOCK and gate.ledger.doubt(bound) is not None:
            async with gate.ledger.settling(bound):
                doubt = gate.ledger.doubt(bound)
                settled = await settle_doubt(gate, request, inspection, doubt, language) if doubt else None
            if settled is not None:
                return settled
        recorded = await gate.ledger.decide(gate.name, inspection, bound, claim)
        observe.worked("store")
    if isinstance(recorded, HttpReply):
        return recorded  # another process of the gate has sent it meanwhile

    if isinstance(recorded.disposition, Deliver):
        return await _send(gate, request, submission, recorded, post, language)
    if isinstance(recorded.disposition, Reroute):
        return gate.channel.reply(await _inside(gate, recorded, inspection, bound, language))
    safe = await _redacted_passes(gate, inspection)
    left = recorded.due - gate.now() if recorded.due else None
    told = _stopped(
        recorded.disposition, recorded.case or 0, inspection, language, left, safe=safe, alike=recorded.alike
    )
    if page := gate.ask_at(post.author):
        told = replace(told, message=f"{told.message} {words.tell(Phrase('author.ask', page=page), language)}")
    return gate.channel.reply(told)


async def _inside(gate: Gate, recorded: Recorded, inspection: Inspection, bound: bytes, language: str) -> Refusal:
    """Publish inside what was recorded. Without an internal server, gone since a person chose it, the approval is given back."""
    if gate.internal is not None:
        return await reroute(gate.internal, gate.ledger, recorded, inspection, bound, language)
    gate.ledger.settle(recorded.delivery, DeliveryState.REFUSED, inspection.post.author)
    return Refusal(Trouble.UPSTREAM, words.tell(Phrase("author.reroute-failed"), language), status=502)


def _stopped(
    disposition: Hold | Refuse,
    number: int,
    inspection: Inspection,
    language: str,
    left: timedelta | None,
    *,
    safe: bool,
    alike: Alike | None = None,
) -> Refusal:
    """What the author reads: held (for how long at most) or refused, why, what to do, and a version that would pass."""
    match disposition:
        case Hold():
            opening = words.held(number, left, language)
            if alike is not None:
                opening = f"{opening} {words.just_missed(alike, language)}"
            closing = words.once_approved(inspection.post, language, why=bool(inspection.decision.told))
            return Refusal(Trouble.HELD, words.stopped(inspection, opening, language, closing, safe=safe))
        case Refuse(case=None):
            opening = words.tell(Phrase("author.blocked"), language)
            return Refusal(Trouble.BLOCKED, words.stopped(inspection, opening, language, safe=safe))
        case Refuse(case=case):
            opening = words.tell(Phrase("author.rejected", case=number), language)
            reason = case.review.reason if case and case.review else ""
            closing = (
                words.tell(Phrase("author.rejected-reason", reason=words.sentence(reason)), language) if reason else ""
            )
            return Refusal(Trouble.BLOCKED, words.stopped(inspection, opening, language, closing, safe=safe))


async def _inspect(gate: Gate, post: Post) -> Inspection:
    """Inspect under the deadline; what is not inspected in time, or crashes, is held."""
    inspector = gate.inspector()
    now = gate.now()
    facts = Facts(now=now, groups=post.author.groups, earlier=gate.memory.earlier(post.author, now))
    try:
        if inspector.inline and sum(len(segment.text) for segment in post.segments) <= INLINE_CODE_POINTS:
            return inspector.inspect(post, facts)
        work = asyncio.get_running_loop().run_in_executor(gate.threads, inspector.inspect, post, facts)
        async with asyncio.timeout(gate.deadline_s):
            return await work
    except TimeoutError:
        return inspector.not_inspected(post, facts, DetectorFailure("inspection", "time-out"))
    except Exception as error:  # noqa: BLE001 -- whatever broke, a person looks at the post
        return inspector.not_inspected(post, facts, DetectorFailure("inspection", type(error).__name__))


async def _redacted_passes(gate: Gate, inspection: Inspection) -> bool:
    """Whether the redacted post would pass as it stands: only such a version is offered to a stopped author."""
    if inspection.redacted is None:
        return False
    again = hold_unjoined(await _inspect(gate, inspection.redacted))
    return again.decision.action < Action.REDACT


async def _send(
    gate: Gate,
    request: HttpRequest,
    submission: Submission,
    recorded: Recorded,
    post: Post,
    language: str,
) -> HttpReply:
    """Send what was recorded, once, and record what became of it."""
    delivery = recorded.delivery
    try:
        rebuilt = gate.channel.render(submission, recorded.edits, request.headers)
    except Exception:
        gate.ledger.settle(delivery, DeliveryState.REFUSED, post.author)  # nothing was sent: an approval is given back
        raise
    try:
        reply = await gate.upstream.fetch(rebuilt)
    except UpstreamError as error:
        return _not_answered(gate, error, recorded, post, language)
    observe.worked("upstream", gate.name)
    if reply.status in {401, 403}:
        gate.identities.forget(request)
    if reply.status < 300 or reply.status >= 500:  # published, or perhaps: a service may act before it fails
        gate.memory.remember(post, recorded.edits, gate.now())
    if reply.status >= 500:
        gate.ledger.settle(delivery, DeliveryState.IN_DOUBT, post.author)  # only a look-up can tell
    elif reply.status >= 300:
        gate.ledger.settle(delivery, DeliveryState.REFUSED, post.author)
    else:
        upstream_id = gate.channel.upstream_id(reply)
        uploaded = gate.uploads.remember(post, upstream_id)
        gate.ledger.settle(delivery, DeliveryState.SENT, post.author, upstream_id, uploaded)
        if uploaded is not None:
            await gate.ledger.settled()  # the post that refers to it may come in by another process
    observe.delivered(post.network, "sent" if reply.status < 300 else f"{reply.status // 100}xx")
    return gate.channel.rewrite(submission.route, reply, gate.public_url, gate.upstream.base_url)


def _not_answered(gate: Gate, error: UpstreamError, recorded: Recorded, post: Post, language: str) -> HttpReply:
    """The service could not be reached, or broke off: then nobody knows what it did."""
    state = DeliveryState.IN_DOUBT if error.sent else DeliveryState.REFUSED
    if error.sent:
        gate.memory.remember(post, recorded.edits, gate.now())
    gate.ledger.settle(recorded.delivery, state, post.author)
    observe.delivered(post.network, state.value)
    if not isinstance(error, UnsendableError):
        observe.failed("upstream", error.message, gate.name)
    doubt = Phrase("author.upload-in-doubt") if is_upload(post) else Phrase("author.upstream-in-doubt")
    message = words.tell(doubt if error.sent else Phrase("author.upstream-down"), language)
    return gate.channel.reply(Refusal(Trouble.UPSTREAM, message, status=504 if error.sent else 502))


async def _forward(gate: Gate, rebuilt: HttpRequest, route: Route) -> HttpReply:
    """A named, harmless write: rebuilt and sent, its answer led back to the gate."""
    reply = await ask(gate.upstream, rebuilt)
    observe.worked("upstream", gate.name)
    return gate.channel.rewrite(route, reply, gate.public_url, gate.upstream.base_url)


def refusal_for(error: Exception, language: str, *, reading: bool = False) -> Refusal:
    """Any error of the trip as an answer of the gate's own; who only reads is not told what became of a post."""
    match error:
        case RequestError():
            return Refusal(Trouble.BAD_REQUEST, words.tell(error, language), status=error.status)
        case UpstreamError(sent=sent):
            down = Phrase("author.upstream-silent") if reading else Phrase("author.upstream-down")
            phrase = Phrase("author.upstream-in-doubt") if sent else down
            return Refusal(Trouble.UPSTREAM, words.tell(phrase, language), status=504 if sent else 502, retry_after=5)
        case StoreError():
            return Refusal(
                Trouble.UNAVAILABLE, words.tell(Phrase("author.unavailable"), language), status=503, retry_after=5
            )
        case _:
            return Refusal(
                Trouble.UNAVAILABLE, words.tell(Phrase("author.unavailable"), language), status=503, retry_after=30
            )
