"""The post that another changes or answers, where a person let it pass here: its text is kept as long as its case's is.

Of posts that pass without anybody the gate keeps no text, and so none of what they changed in it since.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from guard.audit.keys import Keys
from guard.errors import GuardError
from guard.outbox.deciding import MINE, bar_of, may_read
from guard.outbox.payload import CasePayload, edited_post
from guard.outbox.review import open_payload, post_with
from guard.store.base import Transaction
from guard.types.held import CaseState, Form, HeldPost
from guard.types.post import Post
from guard.types.principal import Principal


@dataclass(frozen=True, slots=True)
class Before:
    """What an earlier case let pass."""

    case: HeldPost
    sent: datetime
    readable: bool
    """Whether this person may read it: the earlier case may be for other eyes."""
    post: Post | None = field(default=None, repr=False)
    """As it went out; None: erased, or not for these eyes."""


def post_before(
    tx: Transaction, keys: Keys, case: HeldPost, post: Post, who: Principal, now: datetime
) -> Before | None:
    """What the post of this case changes, or else answers; None where no case let it pass."""
    named = _named(post)
    delivery = tx.sent_of_case(post.network, named, case.created) if named else None
    if delivery is None or delivery.case is None or (post.target and delivery.author != case.author):
        return None
    line, earlier = tx.queue.line(delivery.case, now), tx.case(delivery.case)
    if line is None or earlier is None or earlier.review is None or earlier.review.form is Form.INTERNAL:
        return None
    readable = may_read(line, who) and bar_of(line, CaseState.OPEN, who) not in MINE
    if not readable or earlier.sealed is None:
        return Before(earlier, delivery.created, readable)
    try:
        return Before(earlier, delivery.created, readable, _as_sent(open_payload(keys, earlier), earlier.review.form))
    except GuardError:  # sealed under a key that is gone
        return Before(earlier, delivery.created, readable)


def _named(post: Post) -> str:
    """As the service's answers name it; Bluesky's edits say no more than its place in the author's own repository."""
    if post.target and post.network == "bluesky":
        return f"at://{post.author.account}/{post.target}"
    return post.target or post.reply_to or ""


def _as_sent(payload: CasePayload, form: Form) -> Post:
    if form is Form.REDACTED:
        return edited_post(payload.post, payload.edits)
    return post_with(payload.post, payload.edited) if form is Form.EDITED else payload.post
