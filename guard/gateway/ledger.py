"""Record, then act: one transaction holds the audit entry and the case or the delivery that it allows."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from guard import observe
from guard.audit.keys import Keys
from guard.audit.log import AuditLog, event_id, new_salt
from guard.gateway.disposition import Deliver, Disposition, Hold, Refuse, dispose
from guard.outbox import states
from guard.outbox.payload import edited_post
from guard.outbox.review import approved_edits, seal_case
from guard.store.base import Store, Transaction
from guard.types.audit import AuditEntry, Record
from guard.types.decision import Action, Match
from guard.types.held import CaseState, Delivery, DeliveryState, Form, HeldPost
from guard.types.inspection import Edit, Inspection
from guard.types.post import Attachment, Post

MAX_ID = 300
"""Characters kept of an id that a service gave."""
DOUBTS_KEPT = 10_000
DOUBT_LASTS = timedelta(hours=24)
RIDE_S = 0.02
"""Seconds that an outcome, which nobody waits for, may wait for a decision to share its sync with."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was made durable: the disposition, and the delivery or the case that it opened."""

    disposition: Disposition
    delivery: Delivery | None = None
    case: int | None = None
    edits: tuple[Edit, ...] = ()
    """What the form that goes out changes in the author's text."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of a send, on its way to the store."""

    delivery: Delivery
    state: DeliveryState
    time: datetime
    post: Post
    upstream_id: str | None
    uploaded: Attachment | None


class Ledger:
    """The gateway's one way to the store and the audit log."""

    def __init__(
        self, store: Store, log: AuditLog, keys: Keys, now: Callable[[], datetime], keep_for: timedelta
    ) -> None:
        self._store, self._log, self._keys, self._now = store, log, keys, now
        self._keep_for = keep_for
        self._doubts: OrderedDict[bytes, Delivery] = OrderedDict()
        self._doubt_locks: dict[bytes, asyncio.Lock] = {}
        self._outcomes: list[_Outcome] = []
        self._flushing: asyncio.TimerHandle | None = None
        self._settling: set[asyncio.Future[None]] = set()

    async def decide(self, listener: str, inspection: Inspection, bound: bytes) -> Recorded:
        """Choose the disposition and make it durable. StoreError: nothing was recorded, so nothing may be sent."""
        now = self._now()
        event = event_id(now)
        author = self._log.pseudonym(inspection.post.author.network, inspection.post.author.account)
        looks_up = inspection.decision.action is Action.HOLD
        salt = new_salt()

        def work(tx: Transaction) -> Recorded:
            case = tx.newest_case(bound) if looks_up else None
            disposition = dispose(inspection, case, now)
            recorded = self._act(tx, disposition, inspection, event, author, bound, now)
            data = entry_data(listener, inspection, author, recorded)
            self._log.append(
                tx,
                AuditEntry(event, "decision", now, data),
                Record(event, salt, author, None, None, now + self._keep_for),
                bound,
            )
            tx.put_author(author, inspection.post.author)
            return recorded

        if self._outcomes:
            self._flush()
        return await self._store.write(work)

    def _act(
        self,
        tx: Transaction,
        disposition: Disposition,
        inspection: Inspection,
        event: str,
        author: str,
        bound: bytes,
        now: datetime,
    ) -> Recorded:
        """Open the case, or use up the approval and open the delivery."""
        match disposition:
            case Hold(case=None):
                held = self._new_case(tx, inspection, event, author, bound, now)
                return Recorded(disposition, case=held.number)
            case Hold(case=known) | Refuse(case=known):
                return Recorded(disposition, case=known.number if known else None)
            case Deliver(form=form, case=approved):
                edits = inspection.edits if form is Form.REDACTED else ()
                number = None
                if approved is not None:
                    edits = approved_edits(self._keys, approved, inspection.post)
                    stopped_by = [match.id for match in inspection.decision.matches if match.action >= Action.HOLD]
                    tx.update_case(states.use(approved, stopped_by, now))
                    number = approved.number
                network = inspection.post.network
                delivery = Delivery(event, bound, network, author, now, DeliveryState.SENDING, case=number)
                tx.add_delivery(delivery)
                return Recorded(disposition, delivery, number, edits)

    def _new_case(
        self,
        tx: Transaction,
        inspection: Inspection,
        event: str,
        author: str,
        bound: bytes,
        now: datetime,
    ) -> HeldPost:
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
            matches=tuple(match.id for match in decision.matches if match.action >= Action.HOLD),
            policy_digest=decision.policy_digest,
            state=CaseState.OPEN,
            sealed=sealed,
            wrapped_key=wrapped,
        )
        tx.open_case(held)
        return held

    def settle(
        self,
        delivery: Delivery | None,
        state: DeliveryState,
        post: Post,
        upstream_id: str | None = None,
        uploaded: Attachment | None = None,
    ) -> None:
        """Record what became of a send. Not waited for: a crash before it is durable leaves the delivery in doubt, as it is."""
        if delivery is None:
            return
        if state is DeliveryState.IN_DOUBT:
            self._doubt(delivery)
        self._outcomes.append(_Outcome(delivery, state, self._now(), post, upstream_id, uploaded))
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

    def _settled(self, outcomes: Sequence[_Outcome], writing: asyncio.Future[None]) -> None:
        self._settling.discard(writing)
        if not writing.cancelled() and (error := writing.exception()) is not None:
            # The rows still say `sending`: the next start, or the next send of the same post, looks them up.
            for outcome in outcomes:
                self._doubt(outcome.delivery)
            observe.warn("outcomes-not-recorded", count=len(outcomes), error=type(error).__name__)

    def _settle(self, outcomes: Sequence[_Outcome], tx: Transaction) -> None:
        for outcome in outcomes:
            upstream_id, uploaded, author = outcome.upstream_id, outcome.uploaded, outcome.post.author
            self._close(tx, outcome.delivery, outcome.state, outcome.time, upstream_id)
            if uploaded is not None and upstream_id is not None and len(upstream_id) <= MAX_ID:
                tx.put_media(author.network, author.account, upstream_id, uploaded)

    def _close(
        self,
        tx: Transaction,
        delivery: Delivery,
        state: DeliveryState,
        now: datetime,
        upstream_id: str | None = None,
        how: str = "answered",
    ) -> None:
        if upstream_id is not None:
            upstream_id = upstream_id.encode("utf-8", "replace").decode()[:MAX_ID]
        tx.settle_delivery(delivery.id, state, upstream_id)
        if state is DeliveryState.REFUSED and delivery.case is not None:
            self._give_back(tx, delivery.case)
        data = {
            "delivery": delivery.id,
            "state": state.value,
            "how": how,
            "network": delivery.network,
            "author": delivery.author,
        }
        self._log.append(tx, AuditEntry(event_id(now), "delivery", now, data))

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
        if self._doubts.get(delivery.binding) is delivery:
            del self._doubts[delivery.binding]
        self._doubt_locks.pop(delivery.binding, None)
        observe.IN_DOUBT.set(len(self._doubts))

    async def settle_doubt(self, delivery: Delivery, *, arrived: bool) -> None:
        """Record what a look-up at the service showed."""
        await self.settled()  # the doubt itself comes first in the log
        state = DeliveryState.SENT if arrived else DeliveryState.REFUSED
        now = self._now()
        await self._store.write(lambda tx: self._close(tx, delivery, state, now, how="looked-up"))
        self.let_go(delivery)

    def sent_forms(self, delivery: Delivery, inspection: Inspection) -> tuple[Post, ...]:
        """In which forms the post of a doubtful send may stand at the service. ReviewError when its text was erased."""
        written = inspection.post
        forms = [written] if inspection.redacted is None else [written, inspection.redacted]
        if delivery.case is not None:
            number = delivery.case
            case = self._store.read_now(lambda tx: tx.case(number))
            if case is not None:
                forms.append(edited_post(written, approved_edits(self._keys, case, written)))
        return tuple(forms)

    async def recover(self) -> int:
        """At start: what was being sent when the gate stopped is in doubt from now on. Returns how many are."""
        now = self._now()

        def work(tx: Transaction) -> list[Delivery]:
            for delivery in tx.deliveries(DeliveryState.SENDING, DOUBTS_KEPT):
                self._close(tx, delivery, DeliveryState.IN_DOUBT, now, how="restart")
            return tx.deliveries(DeliveryState.IN_DOUBT, DOUBTS_KEPT, since=now - DOUBT_LASTS)

        for delivery in await self._store.write(work):
            self._doubt(delivery)
        return len(self._doubts)

    def _doubt(self, delivery: Delivery) -> None:
        self._doubts[delivery.binding] = replace(delivery, state=DeliveryState.IN_DOUBT)
        while len(self._doubts) > DOUBTS_KEPT:
            self._doubts.popitem(last=False)
        observe.IN_DOUBT.set(len(self._doubts))


def entry_data(listener: str, inspection: Inspection, author: str, recorded: Recorded) -> dict[str, object]:
    """The decision as a leaf: names of rules and kinds of findings, counts and digests; no text and no term."""
    post, decision = inspection.post, inspection.decision
    data: dict[str, object] = {
        "listener": listener,
        "network": post.network,
        "operation": post.operation,
        "author": author,
        "visibility": post.visibility.value,
        "action": decision.action.word,
        "disposition": type(recorded.disposition).__name__.lower(),
        "policies": inspection.versions.policies,
        "detectors": inspection.versions.detectors,
        "guard": inspection.versions.guard,
    }
    if isinstance(recorded.disposition, Deliver):
        data["form"] = recorded.disposition.form.value
    if recorded.case is not None:
        data["case"] = recorded.case
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
