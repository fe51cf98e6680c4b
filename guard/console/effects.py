"""Decisions come into effect once they can no longer be undone; and pages are told when something changed.

Run by the gate in the background (`watch`), and by every page that would show a stale state otherwise (`settle`).
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from functools import partial

from starlette.concurrency import run_in_threadpool

from guard import observe
from guard.channels.joined import with_joined
from guard.console.base import Desk
from guard.errors import GuardError, StoreError
from guard.outbox import review
from guard.outbox.deciding import take_effect, texts_of
from guard.outbox.payload import CasePayload, edited_post, facts_with
from guard.store.base import Transaction
from guard.types.decision import Action
from guard.types.held import Form
from guard.types.inspection import Facts, Inspection
from guard.types.post import Post
from guard.types.queue import Verdict

AT_ONCE = 50
WATCH_S = 1.0
ASK_EVERY = 2
"""Rounds of the watch between two looks at the store for what others changed."""


async def settle(desk: Desk) -> int:
    """Record every decision that is due; returns how many were looked at."""
    due = desk.windows.over(desk.store.read_now(lambda tx: tx.queue.pending_verdicts()))[:AT_ONCE]
    for verdict in due:
        try:
            await _take_effect(desk, verdict, desk.now())
        except StoreError:
            raise  # it stays due
        except Exception as error:  # noqa: BLE001 -- one that cannot be must not keep the others waiting
            observe.warn("verdict-failed", case=verdict.case, error=type(error).__name__)
            told = error.message if isinstance(error, GuardError) else type(error).__name__
            await desk.store.write(partial(_fail, verdict, told))
    if due:
        desk.hub.publish("queue")
        for verdict in due:
            desk.hub.publish(f"case-{verdict.case}")
    return len(due)


async def _take_effect(desk: Desk, verdict: Verdict, now: datetime) -> None:
    checked = await _inspected(desk, verdict)
    await desk.store.write(lambda tx: take_effect(tx, desk.log, desk.keys, desk.terms, verdict, now, checked))


def _fail(verdict: Verdict, why: str, tx: Transaction) -> None:
    if tx.queue.verdict(verdict.case) == verdict:
        tx.queue.drop_verdict(verdict.case)
        tx.queue.put_verdict(replace(verdict, failed=why))


async def inspect(desk: Desk, post: Post, payload: CasePayload) -> Inspection:
    """A case's post, or an edit of it, with the policies of now. Off the loop: an inspection may take its time."""
    return await run_in_threadpool(desk.inspector().inspect, post, facts_with(payload, desk.now()))


async def safe_passes(desk: Desk, inspection: Inspection, payload: CasePayload) -> bool:
    """Whether a case's safe version, perhaps made under other policies, would pass as it stands: what the gate asks before it offers one.

    `inspection` is today's of the case's post.
    """
    if inspection.redacted is None and inspection.decision.action >= Action.REDACT:
        return False
    safe = edited_post(payload.post, payload.edits)
    again = await inspect(desk, replace(safe, segments=with_joined(safe.segments)), payload)
    return again.decision.action < Action.REDACT


async def watch(desk: Desk) -> None:
    """For ever: bring into effect what is due, at the start what a crash left; tell open pages what changed."""
    known: tuple[int, ...] = ()
    turn = 0
    while True:
        try:
            await settle(desk)
            turn += 1
            if desk.hub.heard and turn % ASK_EVERY == 0:
                pulse = desk.store.read_now(lambda tx: tx.queue.pulse())
                if pulse != known:
                    known = pulse
                    desk.hub.publish("queue")
        except Exception as error:  # noqa: BLE001 -- it must go on, whatever happens: decisions wait for it
            observe.warn("verdicts-failed", error=type(error).__name__)
        await asyncio.sleep(WATCH_S)


async def _inspected(desk: Desk, verdict: Verdict) -> review.Inspect:
    """The inspector for this verdict's edit, asked before the transaction: that must not wait for detectors."""
    inspector = desk.inspector()

    def now(post: Post) -> Inspection:
        return inspector.inspect(post, Facts(now=desk.now(), groups=post.author.groups))

    if verdict.form is not Form.EDITED or not verdict.approved:
        return now
    case = desk.store.read_now(lambda tx: tx.case(verdict.case))
    if case is None or case.sealed is None:
        return now
    payload = review.open_payload(desk.keys, case)
    post = review.post_with(payload.post, texts_of(desk.keys, verdict))
    known = await inspect(desk, post, payload)
    return lambda asked: known if asked == post else inspector.inspect(asked, facts_with(payload, desk.now()))
