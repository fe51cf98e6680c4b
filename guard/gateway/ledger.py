"""Record, then act: one transaction holds the audit entry and the case or the delivery that it allows."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from guard import observe
from guard.audit.keys import Keys
from guard.audit.log import AuditLog
from guard.errors import StoreError
from guard.gateway.disposition import Deliver, Disposition, Hold, Refuse, dispose
from guard.outbox.review import open_payload, payload_for, seal_payload
from guard.store.base import Store, Transaction
from guard.types.audit import AuditEntry
from guard.types.decision import Action, Match
from guard.types.held import CaseState, Delivery, DeliveryState, Form, HeldPost
from guard.types.inspection import Edit, Inspection
from guard.types.post import Attachment, Post

DOUBTS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was made durable: the disposition, and the delivery or case it opened."""

    disposition: Disposition
    event: str
    delivery: Delivery | None = None
    case: int | None = None
    edits: tuple[Edit, ...] = ()
    """What the approved form changes in the author's text."""


class Ledger:
    """The gateway's one way to the store and the audit log."""

    def __init__(
        self, store: Store, log: AuditLog, keys: Keys, now: Callable[[], datetime], new_id: Callable[[], str], approval_days: int
    ) -> None:
        self._store, self._log, self._keys = store, log, keys
        self._now, self._new_id = now, new_id
        self._approval = timedelta(days=approval_days)
        self._doubts: dict[bytes, Delivery] = {}
        self._settling: set[asyncio.Task[None]] = set()
