"""What people are told by mail or webhook: that something happened, never with text of a post."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a notice is about."""

    HELD = "held"
    """To reviewers: posts wait."""
    DEADLINE = "deadline"
    """To reviewers: a promised time is near."""
    REDACTED = "redacted"
    """To an author, as the next six."""
    REROUTED = "rerouted"
    APPROVED = "approved"
    CHANGED = "changed"
    """Approved in another form than its author wrote: masked, or with a colleague's changes."""
    INSIDE = "inside"
    """A person decided that the post goes to the internal server, once it is sent again."""
    REJECTED = "rejected"
    TAKE_DOWN = "take-down"
    """Please take a published post down."""
    QUESTION = "question"
    """To reviewers and the rule's owner: an author asks, or contests."""
    ANSWERED = "answered"
    """To the author who asked."""
    RESPONSIBILITY = "responsibility"
    """To IT: an author takes something on themselves."""
    PROBE = "probe"
    """To IT: somebody fishes for confidential names."""
    AGREEMENT = "agreement"
    """To DPOs: a request waits for a second person."""
    ACCESS = "access"
    """To IT and DPOs: somebody gave somebody rights, or a new way to sign in."""


class Channel(StrEnum):
    MAIL = "mail"
    WEBHOOK = "webhook"


class NoticeState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one address, as it waits in the outbox. Sent at least once, always with the same id."""

    id: str
    kind: Kind
    channel: Channel
    recipient: str
    """A mail address; empty for the webhook."""
    about: Mapping[str, object]
    """Case numbers, names of rules and networks, ids of entries. No text."""
    made: datetime
    due: datetime
    """Not sent before."""
    tries: int = 0
    state: NoticeState = NoticeState.WAITING
    error: str = ""
    """What kept it from being sent last time, in words of ours."""
