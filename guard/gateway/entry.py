"""What a decision writes, made ready before the transaction: its leaf, the salt of its commitment, the send it allows.

Plain values, cheap to hand to another thread or to the recording process; nothing in it holds text of a post.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from guard.audit.encode import encode, encode_parts
from guard.audit.log import AuditLog, event_id, new_salt
from guard.gateway.disposition import Deliver, Disposition, Reroute
from guard.store.base import Transaction
from guard.store.rows import MICROSECOND, micros, moment
from guard.types.audit import AuditEntry, Record
from guard.types.decision import Match
from guard.types.held import Delivery, DeliveryState
from guard.types.inspection import Inspection, Versions
from guard.types.post import Author

REMEMBERED = 10_000
MAX_ID = 300
"""Characters kept of an id that a service gave."""
_plain: dict[tuple[object, ...], tuple[Versions, bytes]] = {}


class Entry(NamedTuple):
    """One decision, as it will stand in the log and beside it."""

    event: str
    leaf: bytes
    """Canonical bytes."""
    salt: bytes
    pseudonym: str
    author: Author | None
    """Who the pseudonym is; None when the store was told before."""
    network: str
    binding: bytes
    time: int
    """Microseconds since 1970 in UTC."""
    sends: bool
    """Whether a delivery is opened with it."""
    case: int | None = None


class Outcome(NamedTuple):
    """What became of a send, as it will stand in the log."""

    delivery: str
    state: str
    upstream_id: str | None
    event: str
    leaf: bytes


def make(
    log: AuditLog,
    listener: str,
    inspection: Inspection,
    binding: bytes,
    event: str,
    now: datetime,
    disposition: Disposition,
    case: int | None = None,
    *,
    told: Author | None = None,
) -> Entry:
    """The entry of a decision. `told`: the author that the store knows already. StoreError for what cannot be encoded."""
    author = inspection.post.author
    pseudonym = log.pseudonym(author.network, author.account)
    salt = new_salt()
    record = Record(event, salt, pseudonym, None, None, None)
    data = _plain_data(listener, inspection, pseudonym, disposition) if case is None else None
    if data is not None:
        leaf = log.leaf_of(data, "decision", now, record, binding)
    else:
        whole = entry_data(listener, inspection, pseudonym, disposition, case)
        leaf = log.leaf(AuditEntry(event, "decision", now, whole), record, binding)
    network = inspection.post.network
    sends = isinstance(disposition, (Deliver, Reroute))
    unknown = None if author is told else author
    return Entry(event, leaf, salt, pseudonym, unknown, network, binding, micros(now), sends, case)


def put(tx: Transaction, log: AuditLog, entries: Sequence[Entry], keep_for: timedelta) -> None:
    """Write entries within a transaction, in order."""
    tx.add_sends(entries, erase_after=keep_for // MICROSECOND)
    for entry in entries:
        if entry.author is not None:
            tx.put_author(entry.pseudonym, entry.author)
    log.put(tx, *[(entry.event, entry.leaf) for entry in entries])


def delivery_of(entry: Entry) -> Delivery:
    """The send that the entry allows."""
    return Delivery(
        entry.event,
        entry.binding,
        entry.network,
        entry.pseudonym,
        moment(entry.time),
        DeliveryState.SENDING,
        case=entry.case,
    )


def outcome_of(
    delivery: Delivery, state: DeliveryState, now: datetime, upstream_id: str | None = None, how: str = "answered"
) -> Outcome:
    """The outcome of a send, with an event of its own."""
    if upstream_id is not None:
        upstream_id = upstream_id.encode("utf-8", "replace").decode()[:MAX_ID]
    event = event_id(now)
    return Outcome(delivery.id, state.value, upstream_id, event, delivery_leaf(event, delivery, state, now, how))


def delivery_leaf(event: str, delivery: Delivery, state: DeliveryState, now: datetime, how: str) -> bytes:
    """What became of a send, as a leaf: plain words of our own, so it is written without an encoder."""
    if not delivery.network.isidentifier():
        raise ValueError("a network's name is a plain word")
    data = (
        f'{{"author":"{delivery.author}","delivery":"{delivery.id}","how":"{how}",'
        f'"network":"{delivery.network}","state":"{state.value}"}}'
    )
    return encode_parts(data.encode("ascii"), event, "delivery", now)


def _plain_data(listener: str, inspection: Inspection, author: str, disposition: Disposition) -> bytes | None:
    """Canonical data of a decision in which nothing was found, remembered; None for any other."""
    post, decision = inspection.post, inspection.decision
    if inspection.findings or decision.matches or decision.shadow or decision.reason:
        return None
    if inspection.failures or post.attachments or not isinstance(disposition, Deliver):
        return None
    forms = (post.visibility, decision.action, disposition.form)
    key = (listener, post.network, post.operation, author, *map(id, forms))  # hashing the members is Python's own code
    known = _plain.get(key)
    if known is None or known[0] is not inspection.versions:
        if len(_plain) >= REMEMBERED:
            _plain.clear()
        known = inspection.versions, encode(entry_data(listener, inspection, author, disposition, None))
        _plain[key] = known
    return known[1]


def entry_data(
    listener: str, inspection: Inspection, author: str, disposition: Disposition, case: int | None
) -> dict[str, object]:
    """The decision as a leaf: names of rules and kinds of findings, counts and digests; no text and no term."""
    post, decision = inspection.post, inspection.decision
    data: dict[str, object] = {
        "listener": listener,
        "network": post.network,
        "operation": post.operation,
        "author": author,
        "visibility": post.visibility.value,
        "action": decision.action.word,
        "disposition": type(disposition).__name__.lower(),
        "policies": inspection.versions.policies,
        "detectors": inspection.versions.detectors,
        "guard": inspection.versions.guard,
    }
    if isinstance(disposition, Deliver):
        data["form"] = disposition.form.value
    if case is not None:
        data["case"] = case
    if decision.matches:
        data["matches"] = [_match(match) for match in decision.matches]
    if decision.shadow:
        data["shadow"] = [_match(match) for match in decision.shadow]
    if inspection.findings:
        data["entities"] = dict(Counter(finding.entity_type for finding in inspection.findings))
    if decision.reason:
        data["reason"] = decision.reason
    if inspection.failures:
        data["failures"] = [f"{failure.detector}: {failure.reason}" for failure in inspection.failures]
    if post.attachments:
        data["media"] = [
            {"type": file.media_type, "size": file.size, "inspected": file.inspected} for file in post.attachments
        ]
    return data


def _match(match: Match) -> dict[str, object]:
    shown: dict[str, object] = {"rule": match.id, "action": match.action.word}
    if match.exception:
        shown["exception"] = match.exception
    return shown
