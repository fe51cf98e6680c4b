"""Goes on with a log that lacks what it had, knowingly: that it does is itself put on record, with what was noted before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from guard.audit.keys import Keys
from guard.audit.log import event_id, new_salt
from guard.audit.noted import LossError, write_noted
from guard.audit.seal import seal, unseal
from guard.errors import KeyFileError, Location, StoreError, UsageError, VerificationError
from guard.outbox.approvals import person_of
from guard.outbox.review import REVIEWER
from guard.settings.load import Settings
from guard.store.base import Transaction
from guard.types.audit import AuditEntry, Record, TreeHead
from guard.types.post import Author
from guard.wiring.ledger import OpenLedger, noted_file, only_gate, open_ledger
from guard.words.texts import Phrase

KIND = "loss"
"""Of the log's entry: `{"author", "noted": {"root", "size"}, "size"}`. The reason is sealed in its record."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was put on record."""

    noted: TreeHead
    """What the log had."""
    entry: int
    """Index of the entry: so many entries the log had when the loss was accepted."""


def accept_loss(settings: Settings, who: str, reason: str, now: datetime) -> Accepted:
    """Record the loss and note the log as it is from now on. UsageError when nothing is lost, or a gate runs.

    Broken off in between it can be said again, and is recorded once.
    """
    if not reason.strip():
        raise UsageError(Phrase("noted.no-reason"), hint=Phrase("noted.do.reason"))
    file = noted_file(settings)
    if not file.exists():
        raise UsageError(Phrase("noted.nothing", file=str(file)))
    doubts: list[LossError] = []
    with only_gate(settings):
        opened = open_ledger(settings, doubt=lambda doubt: doubts.append(_loss(doubt)))
        try:
            if not doubts:
                raise UsageError(Phrase("noted.whole", file=str(file)))
            loss = doubts[0]
            entry = opened.store.write_now(lambda tx: _record(tx, opened, loss.noted, who, reason, now))
            note = opened.store.read_now(lambda tx: tx.checkpoint())
        finally:
            opened.store.close()
        assert note is not None  # noqa: S101 -- there is an entry
        try:
            write_noted(file.parent, note)
        except OSError as error:
            message, hint = Phrase("noted.unwritable", why=error.strerror), Phrase("noted.do.again")
            raise StoreError(message, hint=hint, location=Location(str(file))) from None
    return Accepted(loss.noted, entry)


def reason_of(tx: Transaction, keys: Keys, event: str) -> str | None:
    """Why it was accepted; None where that was erased, or sealed under a key that is lost."""
    record = tx.record(event)
    if record is None or record.sealed is None or record.wrapped_key is None:
        return None
    try:
        return unseal(keys.sealing, event, record.sealed, record.wrapped_key).decode()
    except KeyFileError:
        return None


def _loss(doubt: VerificationError) -> LossError:
    """Of a note that cannot be used nobody knows what is lost: nothing is accepted then, and no store made."""
    if not isinstance(doubt, LossError):
        raise doubt
    return doubt


def _record(tx: Transaction, opened: OpenLedger, noted: TreeHead, who: str, reason: str, now: datetime) -> int:
    """Index of the entry. One that was written and not noted is the last: nothing else is recorded meanwhile."""
    size, had = tx.frontier.size, {"root": noted.root.hex(), "size": noted.size}
    last: dict[str, Any] = json.loads(next(tx.leaves(size - 1, size), b"{}")) if size else {}
    if last.get("kind") == KIND and last["data"]["noted"] == had:
        return size - 1
    event, log = event_id(now), opened.log
    author = log.pseudonym(REVIEWER, who)
    tx.put_author(author, Author(REVIEWER, who, person=person_of(tx, who)))
    record = Record(event, new_salt(), author, *seal(opened.keys.sealing, event, reason.encode()), None)
    entry = AuditEntry(event, KIND, now, {"author": author, "noted": had, "size": size})
    return log.append(tx, entry, record, sha256(reason.encode()).digest())
