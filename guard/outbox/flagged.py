"""Posts that went out with a remark: a person may look at them afterwards, and ask the author to take one down.

Their text is not kept: whoever looks, looks at the service itself. Each look that ends in a word is an entry of the log.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from guard.audit.log import AuditLog, event_id
from guard.errors import ReviewError
from guard.outbox.own import FLAGGED, about
from guard.outbox.review import REVIEWER
from guard.outbox.whose import Whose, whose
from guard.store.base import Transaction
from guard.types.audit import AuditEntry
from guard.types.post import Author
from guard.types.principal import Principal


class Reason(StrEnum):
    """Why a post should come down. Chosen, not written: the log holds no text."""

    PERSONAL = "personal"
    CONFIDENTIAL = "confidential"
    LEGAL = "legal"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Flagged:
    """A published post with a remark."""

    index: int
    event: str
    time: datetime
    network: str
    rules: tuple[str, ...]
    account: str
    home: str
    """The account with its server, where the network has several."""
    upstream_id: str | None
    """The service's own id of the post, once it is known."""
    author: str
    """Pseudonym."""
    own: bool
    """It is a post of whoever asks: a colleague looks at it."""


def waiting(tx: Transaction, who: Principal, limit: int) -> list[Flagged]:
    """Those that nobody has looked at, newest first."""
    found = []
    for index in tx.notices.about([FLAGGED], limit):
        entry = json.loads(next(iter(tx.leaves(index, index + 1))))
        data, author = entry["data"], tx.author(entry["data"]["author"])
        delivery = tx.delivery(entry["id"])
        rules = dict.fromkeys(match["rule"] for match in data.get("matches", ()) if match["action"] != "allow")
        found.append(
            Flagged(
                index, entry["id"], datetime.fromisoformat(entry["time"]), data["network"], tuple(rules),
                "" if author is None else author.handle or author.account,
                "" if author is None else author.account,
                None if delivery is None else delivery.upstream_id,
                data["author"],
                author is not None
                and whose(author.person, author.account, author.handle, who) in {Whose.OWN, Whose.NAMESAKE},
            )
        )  # fmt: skip
    return found


def looked(
    tx: Transaction, log: AuditLog, event: str, who: Principal, now: datetime, reason: Reason | None = None
) -> None:
    """Somebody has looked; with a reason the author is asked to take the post down. ReviewError when it is not theirs to say."""
    found = next((each for each in waiting(tx, who, 10_000) if each.event == event), None)
    if found is None or found.own:
        raise ReviewError("this post does not wait for a look of yours")
    tx.notices.settle(FLAGGED, found.index)
    reviewer = log.pseudonym(REVIEWER, who.name)
    tx.put_author(reviewer, Author(REVIEWER, who.name, person=who.person))
    data: dict[str, object] = {"author": reviewer, "decision": event}
    if reason is None:
        log.append(tx, AuditEntry(event_id(now), "looked", now, data))
        return
    entry = json.loads(next(iter(tx.leaves(found.index, found.index + 1))))
    data |= {"of": entry["data"]["author"], "reason": reason.value}
    log.append(tx, AuditEntry(event_id(now), "take-down", now, data))


def take_downs(tx: Transaction, event: str) -> Sequence[tuple[datetime, Reason]]:
    """When and why the author of that decision's post was asked to take it down."""
    entries: list[dict[str, Any]] = [entry for _, entry in about(tx, [event], 20)]
    return [(datetime.fromisoformat(entry["time"]), Reason(entry["data"]["reason"])) for entry in entries]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
