"""Record, then act: one transaction holds the audit entry and the case or the delivery that it allows."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, TypeVar

from guard import observe
from guard.audit.keys import Keys
from guard.audit.log import AuditLog, event_id
from guard.gateway.base import Recorded
from guard.gateway.disposition import Deliver, Disposition, Hold, Refuse, Reroute, dispose
from guard.gateway.duplicates import Key
from guard.gateway.entry import MAX_ID, Entry, Outcome, delivery_of, make, outcome_of, put
from guard.gateway.sent import forms_sent
from guard.outbox import states
from guard.outbox.alike import Alike, approved_alike
from guard.outbox.deciding import due_time, needs_of, usual_answer
from guard.outbox.review import approved_edits, seal_case
from guard.store.base import Store, Transaction
from guard.types.decision import Action
from guard.types.held import CaseState, Delivery, DeliveryState, Form, HeldPost
from guard.types.inspection import Edit, Inspection
from guard.types.post import Attachment, Author, Post

T = TypeVar("T")

DOUBTS_KEPT = 10_000
DOUBT_LASTS = timedelta(hours=24)
RIDE_S = 0.02
"""Seconds that an outcome, which nobody waits for, may wait for a decision to share its sync with."""


def recorded_of(entry: Entry, disposition: Disposition, inspection: Inspection) -> Recorded:
    """What is known once the entry of a post that needs no case is durable."""
    if isinstance(disposition, Reroute):
        return Recorded(disposition, delivery_of(entry))
    if not isinstance(disposition, Deliver):
        return Recorded(disposition)
    return Recorded(
        disposition, delivery_of(entry), None, inspection.edits if disposition.form is Form.REDACTED else ()
    )


class _Waiting(NamedTuple):
    """What became of a send, on its way to the store."""

    sent: Delivery | Entry
    outcome: Outcome
    author: Author | None
    """Whose upload it was, if it was one."""
    uploaded: Attachment | None


class Ledger:
    """The gateway's one way to the store and the audit log."""

    def __init__(
        self,
        store: Store,
        log: AuditLog,
        keys: Keys,
        now: Callable[[], datetime],
        keep_for: timedelta,
        answer_by: Callable[[datetime], datetime] = usual_answer,
    ) -> None:
        self._store, self._log, self._keys, self._now = store, log, keys, now
        self._keep_for, self._answer_by = keep_for, answer_by
        self._doubts: OrderedDict[bytes, Delivery] = OrderedDict()
        self._doubt_locks: dict[bytes, asyncio.Lock] = {}
        self._outcomes: list[_Waiting] = []
        self._flushing: asyncio.TimerHandle | None = None
        self._settling: set[asyncio.Future[None]] = set()
        self.on_doubt: Callable[[bytes, Delivery | None], None] | None = None
        """Told of each post that comes to be in doubt, and (None) of each that no longer is."""

    async def decide(self, listener: str, inspection: Inspection, bound: bytes, claim: Key | None = None) -> Recorded:  # noqa: ARG002 -- one process knows its duplicates
        """Choose the disposition and make it durable. StoreError: nothing was recorded, so nothing may be sent."""
        now = self._now()
        if inspection.decision.action is Action.HOLD:  # what becomes of it depends on its case
            return await self.write(partial(self._decide_held, listener, inspection, bound, now))
        disposition = dispose(inspection, None, now)
        entry = make(self._log, listener, inspection, bound, event_id(now), now, disposition)
        await self.write(partial(self.put, (entry,)))
        return recorded_of(entry, disposition, inspection)

    def write(self, work: Callable[[Transaction], T]) -> asyncio.Future[T]:
        """Queue a unit of work, with the outcomes that wait for company."""
        if self._outcomes:
            self._flush()
        return self._store.write(work)

    def put(self, entries: Sequence[Entry], tx: Transaction) -> None:
        """Write decisions that were made before the transaction."""
        put(tx, self._log, entries, self._keep_for)

    def _decide_held(
        self, listener: str, inspection: Inspection, bound: bytes, now: datetime, tx: Transaction
    ) -> Recorded:
        """Open a case, or act on the one that this post has: use up its approval, or say how it stands."""
        event = event_id(now)
        disposition = dispose(inspection, tx.newest_case(bound), now)
        case: int | None = None
        due: datetime | None = None
        alike: Alike | None = None
        edits: tuple[Edit, ...] = ()
        match disposition:
            case Hold(case=known):
                if known is None:
                    pseudonym = self._log.pseudonym(inspection.post.author.network, inspection.post.author.account)
                    alike = approved_alike(tx, self._keys, pseudonym, inspection.post, now)
                known = known or self._new_case(tx, inspection, event, bound, now)
                case, due = known.number, known.due
            case Refuse(case=known):
                case = known.number if known else None
            case Deliver(case=approved) | Reroute(case=approved):
                if approved is not None:
                    edits = approved_edits(self._keys, approved, inspection.post)
                    stopped_by = [match.id for match in inspection.decision.matches if match.action.stops]
                    tx.update_case(states.use(approved, stopped_by, now))
                    case = approved.number
        entry = make(self._log, listener, inspection, bound, event, now, disposition, case)
        put(tx, self._log, (entry,), self._keep_for)
        if case is not None:
            tx.queue.note(case, event)
        return Recorded(disposition, delivery_of(entry) if entry.sends else None, case, edits, due, alike)

    def _new_case(self, tx: Transaction, inspection: Inspection, event: str, bound: bytes, now: datetime) -> HeldPost:
        author = self._log.pseudonym(inspection.post.author.network, inspection.post.author.account)
        sealed, wrapped = seal_case(self._keys, event, inspection, inspection.redacted)
        decision = inspection.decision
        held = HeldPost(
            number=tx.next_case_number(),
            event=event,
            binding=bound,
            created=now,
            network=inspection.post.network,
            operation=inspection.post.operation,
            author=author,
            matches=tuple(match.id for match in decision.matches if match.action.stops),
            policy_digest=decision.policy_digest,
            state=CaseState.OPEN,
            sealed=sealed,
            wrapped_key=wrapped,
            due=due_time(inspection.post, now, self._answer_by(now)),
            needs=needs_of(decision),
        )
        tx.open_case(held)
        return held

    def settle(
        self,
        delivery: Delivery | None,
        state: DeliveryState,
        author: Author | None,
        upstream_id: str | None = None,
        uploaded: Attachment | None = None,
    ) -> None:
        """Record what became of a send. Not waited for: a crash before it is durable leaves the delivery in doubt, as it is."""
        if delivery is not None:
            self.settle_made(delivery, outcome_of(delivery, state, self._now(), upstream_id), author, uploaded)

    def settle_made(
        self, sent: Delivery | Entry, outcome: Outcome, author: Author | None = None, uploaded: Attachment | None = None
    ) -> None:
        """The same for an outcome whose leaf is made already."""
        if outcome.state == DeliveryState.IN_DOUBT.value:
            self._doubt(sent)
        self._outcomes.append(_Waiting(sent, outcome, author, uploaded))
        if self._flushing is None:
            self._flushing = asyncio.get_running_loop().call_later(RIDE_S, self._flush)

    def _flush(self) -> None:
        """Queue the outcomes so far as one unit; with the next decision's, or a moment after the last."""
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
        outcomes, self._outcomes = self._outcomes, []
        if outcomes:
            writing = self._store.write(partial(self._settle, outcomes))
            self._settling.add(writing)
            writing.add_done_callback(partial(self._settled, outcomes))

    def _settled(self, outcomes: Sequence[_Waiting], writing: asyncio.Future[None]) -> None:
        self._settling.discard(writing)
        if not writing.cancelled() and (error := writing.exception()) is not None:
            # The rows still say `sending`: the next start, or the next send of the same post, looks them up.
            for waiting in outcomes:
                self._doubt(waiting.sent)
            observe.warn("outcomes-not-recorded", count=len(outcomes), error=type(error).__name__)

    def _settle(self, outcomes: Sequence[_Waiting], tx: Transaction) -> None:
        leaves: list[tuple[str, bytes]] = []
        for sent, outcome, author, uploaded in outcomes:
            leaves.append(self._close(tx, outcome, sent.case))
            upstream_id = outcome.upstream_id
            if uploaded is not None and author is not None and upstream_id is not None and len(upstream_id) < MAX_ID:
                tx.put_media(author.network, author.account, upstream_id, uploaded)
        self._log.put(tx, *leaves)

    def _close(self, tx: Transaction, outcome: Outcome, case: int | None) -> tuple[str, bytes]:
        """Settle a delivery; returns event id and leaf that say so, for the caller to put into the log."""
        tx.settle_delivery(outcome.delivery, outcome.state, outcome.upstream_id)
        if case is not None and outcome.state == DeliveryState.REFUSED.value:
            self._give_back(tx, case)
        return outcome.event, outcome.leaf

    @staticmethod
    def _give_back(tx: Transaction, number: int) -> None:
        """The approved post did not go out: its approval may be used again."""
        case = tx.case(number)
        if case is not None and case.state is CaseState.USED:
            tx.update_case(states.give_back(case))

    async def settled(self) -> None:
        """All outcomes so far are recorded, or known to be in doubt; waited for before the store is closed."""
        self._flush()
        if self._settling:
            await asyncio.wait(self._settling)

    # Sends in doubt

    def doubts(self) -> list[Delivery]:
        """All of them, oldest first."""
        return list(self._doubts.values())

    def doubt(self, bound: bytes) -> Delivery | None:
        """The earlier send of this very post of which it is not known whether it arrived."""
        known = self._doubts.get(bound) if self._doubts else None
        if known is not None and self._now() - known.created > DOUBT_LASTS:
            self.let_go(known)  # what the author says again after a day is a new post
            return None
        return known

    def settling(self, bound: bytes) -> asyncio.Lock:
        """Held while a doubt is looked up: two look-ups at once could give one approval back twice."""
        return self._doubt_locks.setdefault(bound, asyncio.Lock())

    def let_go(self, delivery: Delivery) -> None:
        """It cannot be looked up and the author was told: the next send is the author's own choice."""
        known = self._doubts.get(delivery.binding)
        if known is not None and known.id == delivery.id:
            del self._doubts[delivery.binding]
            if self.on_doubt is not None:
                self.on_doubt(delivery.binding, None)
        self._doubt_locks.pop(delivery.binding, None)
        observe.IN_DOUBT.set(len(self._doubts))

    async def settle_doubt(self, delivery: Delivery, *, arrived: bool, how: str = "looked-up") -> None:
        """Record what a look-up at the service showed, or (`sent-again`) that none is needed."""
        await self.settled()  # the doubt itself comes first in the log
        state = DeliveryState.SENT if arrived else DeliveryState.REFUSED
        outcome = outcome_of(delivery, state, self._now(), how=how)
        await self._store.write(lambda tx: self._log.put(tx, self._close(tx, outcome, delivery.case)))
        self.let_go(delivery)

    def sent_forms(self, delivery: Delivery, inspection: Inspection) -> tuple[Post, ...]:
        """In which forms the post of a doubtful send may stand at the service. ReviewError when its text was erased."""
        return forms_sent(self._store, self._keys, delivery, inspection)

    async def recover(self) -> int:
        """At start: what was being sent when the gate stopped is in doubt from now on. Returns how many are."""
        now = self._now()

        def work(tx: Transaction) -> list[Delivery]:
            for delivery in tx.deliveries(DeliveryState.SENDING, DOUBTS_KEPT):
                outcome = outcome_of(delivery, DeliveryState.IN_DOUBT, now, how="restart")
                self._log.put(tx, self._close(tx, outcome, delivery.case))
            return tx.deliveries(DeliveryState.IN_DOUBT, DOUBTS_KEPT, since=now - DOUBT_LASTS)

        for delivery in await self._store.write(work):
            self._doubt(delivery)
        return len(self._doubts)

    def _doubt(self, sent: Delivery | Entry) -> None:
        delivery = delivery_of(sent) if isinstance(sent, Entry) else sent
        self._doubts[delivery.binding] = doubtful = replace(delivery, state=DeliveryState.IN_DOUBT)
        if self.on_doubt is not None:
            self.on_doubt(delivery.binding, doubtful)
        while len(self._doubts) > DOUBTS_KEPT:
            self._doubts.popitem(last=False)
        observe.IN_DOUBT.set(len(self._doubts))
