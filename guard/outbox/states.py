"""What may become of a held post and of a send, as pure functions; and the digest an approval is bound to.

The gate runs in many requests at once and reviewers act beside it: every move is checked here, then kept in one
transaction with its audit entry.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from guard.errors import ReviewError
from guard.types.held import CaseState, HeldPost, Review
from guard.types.post import Post, Visibility
from guard.words.texts import Phrase

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
_FORMAT = "postguard-binding-v1"
_CREATES = (".create", ".write", ".send")
_CHANGES = frozenset({"status.edit", "status.schedule", "record.put"})
_NO_POST = frozenset({"session.create"})
_OPEN = frozenset({Visibility.PUBLIC, Visibility.UNLISTED})
"""What was not for everybody outside is not shown to everybody inside either."""


def binding(post: Post) -> bytes:
    """SHA-256 (32 bytes) of what an approval is bound to: account, route, audience, targets, texts and files.

    Not bound, because clients renew them when the author sends again: the post's id, createdAt, rkey, media ids,
    idempotency key (all kept out of segments and `extra` by the channels), the declared language, and the names of
    files, which go no further than the gate.
    """
    covered = [
        _FORMAT,
        post.author.network or post.network,
        post.author.account,
        post.network,
        post.operation,
        post.target,
        post.visibility.value,
        post.reply_to,
        post.quote_of,
        sorted((segment.path, segment.text) for segment in post.segments if segment.travels),
        [attachment.digest for attachment in post.attachments],
        sorted(post.extra),
    ]
    return sha256(_json.encode(covered).encode("utf-8", "surrogatepass")).digest()


def publishes_anew(operation: str) -> bool:
    """Whether each repetition publishes once more."""
    return operation.endswith(_CREATES) and operation not in _NO_POST


def what_it_is(operation: str) -> str:
    """`change` of what is out already, `file`, or `post`: authors are told in other words what becomes of each."""
    if operation in _CHANGES or operation.endswith(".update"):
        return "change"
    return "file" if operation.startswith("media.") else "post"


def may_go_inside(post: Post) -> bool:
    """Whether the internal server can take it: a new post with a text, for everybody, and now."""
    said = any(segment.role == "body" for segment in post.segments)
    scheduled = any(name == "scheduled_at" for name, _ in post.extra)
    return publishes_anew(post.operation) and said and post.visibility in _OPEN and not scheduled


def approve(case: HeldPost, review: Review, valid_for: timedelta, keep_for: timedelta) -> HeldPost:
    """The case after a yes; `keep_for` after it the text is erased. ReviewError unless it is open."""
    _decidable(case)
    expires = review.at + valid_for
    erase_after = max(review.at + keep_for, expires)
    return replace(case, state=CaseState.APPROVED, review=review, expires=expires, erase_after=erase_after)


def reject(case: HeldPost, review: Review, keep_for: timedelta) -> HeldPost:
    """The case after a no. ReviewError unless it is open."""
    _decidable(case)
    return replace(case, state=CaseState.REJECTED, review=review, erase_after=review.at + keep_for)


def covers(case: HeldPost, matches: Iterable[str], now: datetime) -> bool:
    """True when the approval stands now for these `policy/rule` ids: a rule that it was not given for holds the post anew."""
    in_time = case.expires is not None and now < case.expires
    return case.state is CaseState.APPROVED and in_time and set(matches) <= set(case.matches)


def use(case: HeldPost, matches: Iterable[str], now: datetime) -> HeldPost:
    """The case once its post goes out. ReviewError unless `covers`."""
    if not covers(case, matches, now):
        raise ReviewError(f"case {case.number} holds no approval for this post now")
    return replace(case, state=CaseState.USED)


def give_back(case: HeldPost) -> HeldPost:
    """The case once the service refused its post: the approval may be used again while it lasts. ReviewError unless used."""
    if case.state is not CaseState.USED:
        raise ReviewError(f"the approval of case {case.number} was not used")
    return replace(case, state=CaseState.APPROVED)


def expire(case: HeldPost, now: datetime) -> HeldPost:
    """The case once its approval ended unused. ReviewError while it stands, or when there is none."""
    if case.state is not CaseState.APPROVED or case.expires is None or now < case.expires:
        raise ReviewError(f"case {case.number} holds no approval that has ended")
    return replace(case, state=CaseState.EXPIRED)


def _decidable(case: HeldPost) -> None:
    """Nobody decides twice."""
    if case.state is not CaseState.OPEN:
        number, state = str(case.number), Phrase(f"cases.state.{case.state.value}")
        decided = Phrase("cases.decided", number=number, state=state)
        if case.review:
            decided = Phrase("cases.decided-by", number=number, state=state, name=case.review.reviewer)
        raise ReviewError(decided, hint=f"guard review show {case.number}")
