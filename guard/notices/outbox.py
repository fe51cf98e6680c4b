"""Sends what the outbox holds: each at least once, with patience, and never in anybody's way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from guard import observe
from guard.errors import GuardError
from guard.notices.base import Failed, Sender
from guard.notices.follow import AT_ONCE, Follower
from guard.store.base import Store, Transaction
from guard.types.notice import Notice, NoticeState

ROUND_S = 2.0
BETWEEN_S = 0.02
REMIND_EVERY = 15
"""Rounds between two looks for promised times that are near."""
SENT_AT_ONCE = 50
LONGEST = timedelta(hours=1)
"""Between two tries, at the most."""
GIVE_UP = timedelta(days=3)


class Outbox:
    """The background task: follows the log, sends, tries again."""

    def __init__(
        self, store: Store, follower: Follower, senders: Sequence[Sender], now: Callable[[], datetime]
    ) -> None:
        self._store, self._follower, self._now = store, follower, now
        self._senders = {sender.channel: sender for sender in senders}

    async def run(self) -> None:
        """For ever. Whatever fails here is told and tried again; no post waits for it."""
        turn = 0
        while True:
            try:
                await self._catch_up()
                if self._senders:
                    if turn % REMIND_EVERY == 0:
                        await self._follower.remind()
                    while await self.send() == SENT_AT_ONCE:
                        pass
            except GuardError as error:
                observe.warn("notices-failed", error=type(error).__name__)
            turn += 1
            await asyncio.sleep(ROUND_S)

    async def _catch_up(self) -> None:
        """To the log's end; between its pieces posts have their turn."""
        while True:
            if await self._follower.follow() < AT_ONCE:
                return
            await asyncio.sleep(BETWEEN_S)

    async def send(self) -> int:
        """Send what is due; returns how many were tried."""
        now = self._now()
        due = await self._store.read(lambda tx: tx.notices.due(now, SENT_AT_ONCE))
        for channel in dict.fromkeys(notice.channel for notice in due):
            mine = [notice for notice in due if notice.channel is channel]
            sender = self._senders.get(channel)
            became = {} if sender is None else await sender.send(mine)
            off = Failed("this way to send is switched off", lasting=True)
            kept = [self._after(notice, became.get(notice.id) if sender else off) for notice in mine]
            await self._store.write(lambda tx, kept=kept: _keep(tx, kept))  # type: ignore[misc]
        return len(due)

    def _after(self, notice: Notice, failed: Failed | None) -> Notice:
        """The notice once it was tried: sent, to be tried again later, or given up."""
        now, tries = self._now(), notice.tries + 1
        if failed is None:
            observe.noticed(notice.kind.value, notice.channel.value, "sent")
            return replace(notice, tries=tries, state=NoticeState.SENT, error="")
        if failed.lasting or now - notice.made > GIVE_UP:
            observe.noticed(notice.kind.value, notice.channel.value, "given-up")
            observe.warn("notice-given-up", id=notice.id, kind=notice.kind.value, why=failed.why)
            return replace(notice, tries=tries, state=NoticeState.GIVEN_UP, error=failed.why)
        observe.noticed(notice.kind.value, notice.channel.value, "failed")
        if tries == 1:
            observe.warn("notice-failed", id=notice.id, kind=notice.kind.value, why=failed.why)
        wait = min(timedelta(minutes=2 ** min(tries - 1, 10)), LONGEST)
        return replace(notice, tries=tries, due=now + wait, error=failed.why)


def _keep(tx: Transaction, notices: Sequence[Notice]) -> None:
    for notice in notices:
        tx.notices.update(notice)
