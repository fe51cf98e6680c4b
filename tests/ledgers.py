"""A store with keys and log in a temporary folder, and entries to put into it."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from guard.audit.keys import Keys, load_keys
from guard.audit.log import AuditLog, event_id, new_salt
from guard.store.base import Transaction
from guard.store.sqlite import SqliteStore
from guard.types.audit import AuditEntry, Record
from guard.types.held import CaseState, Delivery, DeliveryState, HeldPost

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
ORIGIN = "gate.example/log"


@dataclass(frozen=True)
class Opened:
    store: SqliteStore
    log: AuditLog
    keys: Keys

    def add(self, count=1, **data):
        """Append so many entries in one unit; returns their event ids."""
        return self.store.write_now(lambda tx: [self.append(tx, **data) for _ in range(count)])

    def append(self, tx: Transaction, event=None, kind="decision", binding=b"\x01" * 32, **data) -> str:
        event = event or event_id(NOW)
        record = Record(event, new_salt(), self.log.pseudonym("mastodon", "alice"), None, None, None)
        self.log.append(tx, AuditEntry(event, kind, NOW, data), record, binding)
        return event


@contextmanager
def opened(folder: Path, **options):
    keys = load_keys(folder / "keys", ORIGIN)
    log = AuditLog(keys)
    store = SqliteStore(folder / "guard.db", before_commit=log.before_commit, **options)
    try:
        yield Opened(store, log, keys)
    finally:
        store.close()


def delivery(**changes) -> Delivery:
    values = {
        "id": event_id(NOW),
        "binding": secrets.token_bytes(32),
        "network": "mastodon",
        "author": "p",
        "created": NOW,
        "state": DeliveryState.SENDING,
    }
    return Delivery(**(values | changes))


def held(number: int, **changes) -> HeldPost:
    values = {
        "number": number,
        "event": f"{number:028x}",
        "binding": b"\x02" * 32,
        "created": NOW,
        "network": "mastodon",
        "operation": "status.create",
        "author": "p",
        "matches": ("client-x/name", "pii-fr/phone"),
        "policy_digest": "sha256:" + "0" * 64,
        "state": CaseState.OPEN,
        "sealed": b"sealed",
        "wrapped_key": b"wrapped",
    }
    return HeldPost(**(values | changes))
