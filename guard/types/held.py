"""Posts that wait for a person, the person's verdict, and sends to perform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CaseState(StrEnum):
    """`open → approved → used`, or `open → rejected`; an approval not used in time is `expired`."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    USED = "used"
    EXPIRED = "expired"


class Form(StrEnum):
    """In which form an approved post goes out."""

    WRITTEN = "written"
    REDACTED = "redacted"
    EDITED = "edited"
    INTERNAL = "internal"
    """As written, on the company's internal server instead of the service."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one rule asks of whoever approves."""

    approvals: int = 1
    """By so many different people."""
    approvers: tuple[str, ...] = ()
    """Any of these, as `group:dpo` or a sign-in name; empty: whoever may review."""


@dataclass(frozen=True, slots=True)
class Review:
    """A reviewer's verdict on a held post."""

    approved: bool
    reviewer: str
    at: datetime
    reason: str = ""
    form: Form = Form.WRITTEN
    terminal: str = ""
    """The system's user who gave it at the gate's own terminal, for the log; empty: somebody signed in at the console."""


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A case as stored. Its text is in `sealed` only, and gone (None) once erased."""

    number: int
    event: str
    """Id of the audit entry that recorded the decision to hold."""
    binding: bytes
    """Digest of all that an approval is bound to (guard.outbox.states.binding)."""
    created: datetime
    network: str
    operation: str
    author: str
    """Pseudonym; the authors table knows the account."""
    matches: tuple[str, ...]
    """`policy/rule` of every rule that held it: an approval covers these and no others."""
    policy_digest: str
    state: CaseState
    sealed: bytes | None
    wrapped_key: bytes | None
    review: Review | None = None
    expires: datetime | None = None
    """When an unused approval ends."""
    erase_after: datetime | None = None
    due: datetime | None = None
    """By when its author is promised an answer. Nothing happens by itself once it is over."""
    needs: tuple[Need, ...] = ()
    """Of the rules that ask for several people or certain ones; empty: anyone who may review, alone."""
    approved_by: tuple[str, ...] = ()
    """Who approved it, while others are still needed."""


class DeliveryState(StrEnum):
    """`sending → sent | refused | in_doubt`; `in_doubt → sent | refused` once looked up."""

    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    """The service answered no."""
    IN_DOUBT = "in_doubt"
    """The gate cannot know whether the service acted; nothing is sent again before it was looked up."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A send that was recorded before it was made."""

    id: str
    binding: bytes
    network: str
    author: str
    created: datetime
    state: DeliveryState
    upstream_id: str | None = None
    case: int | None = None
