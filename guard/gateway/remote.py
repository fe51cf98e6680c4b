"""A worker process's side: the promise of guard.gateway.base, kept by the recording process at the other end of a link.

What a post's entry holds is made here, in the worker, so that the one process which all share has little left to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from guard.audit.keys import Keys
from guard.audit.log import AuditLog, event_id
from guard.errors import RequestError
from guard.gateway.base import Recorded
from guard.gateway.disposition import dispose
from guard.gateway.duplicates import Duplicates, Key
from guard.gateway.entry import make, outcome_of
from guard.gateway.ledger import recorded_of
from guard.gateway.link import Link
from guard.gateway.recorder import AGAIN, REUSED
from guard.gateway.sent import forms_sent
from guard.store.base import Reader
from guard.types.decision import Action
from guard.types.held import Delivery, DeliveryState
from guard.types.http import HttpReply
from guard.types.inspection import Inspection
from guard.types.post import Attachment, Author, Post
from guard.words.texts import Phrase

TOLD = 50_000
"""Authors remembered as known to the store."""


class RemoteLedger:
    """See guard.gateway.base.Recording. `doubts`: those known when the worker began."""

    def __init__(
        self,
        link: Link,
        log: AuditLog,
        keys: Keys,
        reader: Reader,
        now: Callable[[], datetime],
        doubts: Sequence[Delivery] = (),
    ) -> None:
        self._link, self._log, self._keys, self._reader, self._now = link, log, keys, reader, now
        self._doubts = {delivery.binding: delivery for delivery in doubts}
        self._locks: dict[bytes, asyncio.Lock] = {}
        self._told: dict[str, Author] = {}
        self.claims: set[tuple[str, Key]] = set()
        """What this process holds in the recording process; given back by RemoteDuplicates."""

    async def decide(
        self, listener: str, inspection: Inspection, bound: bytes, claim: Key | None
    ) -> Recorded | HttpReply | None:
        whole = None if claim is None else (listener, claim, bound)
        if inspection.decision.action is Action.HOLD:
            answer = await self._ask("held", (listener, inspection, bound, whole), listener, claim)
            return answer if isinstance(answer, Recorded) else self._not_recorded(answer)
        now = self._now()
        disposition = dispose(inspection, None, now)
        author = inspection.post.author
        told = self._told.get(author.account)
        entry = make(self._log, listener, inspection, bound, event_id(now), now, disposition, told=told)
        answer = await self._ask("decide", (tuple(entry), whole), listener, claim)
        if answer is not True:
            return self._not_recorded(answer)
        if told is not author:
            if len(self._told) >= TOLD:
                self._told.clear()
            self._told[author.account] = author
        return recorded_of(entry, disposition, inspection)

    async def _ask(self, kind: str, value: object, listener: str, claim: Key | None) -> Any:
        if claim is not None:
            self.claims.add((listener, claim))
        answer = await self._link.call(kind, value)
        if claim is not None and (answer is AGAIN or answer is REUSED or type(answer) is tuple):
            self.claims.discard((listener, claim))  # it is not ours
        return answer

    @staticmethod
    def _not_recorded(answer: Any) -> HttpReply | None:
        if answer is REUSED:
            raise RequestError(Phrase("author.key-reused"), status=422)
        return None if answer is AGAIN else HttpReply(*answer)

    def settle(
        self,
        delivery: Delivery | None,
        state: DeliveryState,
        author: Author | None,
        upstream_id: str | None = None,
        uploaded: Attachment | None = None,
    ) -> None:
        if delivery is not None:
            outcome = tuple(outcome_of(delivery, state, self._now(), upstream_id))
            self._link.tell("settle", (outcome, None if uploaded is None else author, uploaded))

    async def settled(self) -> None:
        await self._link.call("settled")

    # Sends in doubt

    def learn(self, bound: bytes, delivery: Delivery | None) -> None:
        """What the recording process says of a post in doubt; None: no longer."""
        if delivery is None:
            self._doubts.pop(bound, None)
        else:
            self._doubts[bound] = delivery

    def doubt(self, bound: bytes) -> Delivery | None:
        return self._doubts.get(bound) if self._doubts else None

    @asynccontextmanager
    async def settling(self, bound: bytes) -> AsyncIterator[None]:
        lock = self._locks.setdefault(bound, asyncio.Lock())
        async with lock:
            await self._link.call("lock", bound)
            try:
                yield
            finally:
                self._link.tell("unlock", bound)

    def let_go(self, delivery: Delivery) -> None:
        self._doubts.pop(delivery.binding, None)
        self._locks.pop(delivery.binding, None)
        self._link.tell("let-go", delivery)

    async def settle_doubt(self, delivery: Delivery, *, arrived: bool, how: str = "looked-up") -> None:
        await self._link.call("settle-doubt", (delivery, arrived, how))
        self._doubts.pop(delivery.binding, None)
        self._locks.pop(delivery.binding, None)

    def sent_forms(self, delivery: Delivery, inspection: Inspection) -> tuple[Post, ...]:
        return forms_sent(self._reader, self._keys, delivery, inspection)


class RemoteDuplicates(Duplicates):
    """Duplicates within this process; `done` also tells the others, through the recording process."""

    def __init__(self, listener: str, ledger: RemoteLedger, link: Link) -> None:
        super().__init__()
        self._listener, self._ledger, self._link = listener, ledger, link

    def done(self, key: Key, reply: HttpReply | None, *, keep: bool = True) -> None:
        super().done(key, reply, keep=keep)
        claim = (self._listener, key)
        if claim in self._ledger.claims:
            self._ledger.claims.discard(claim)
            told = None if reply is None else (reply.status, reply.headers, reply.body, reply.reason)
            self._link.tell("done", (self._listener, key, told, keep))
