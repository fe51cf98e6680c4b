"""The outbox of a running gate, with the ways to send that its settings name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from guard.inspector import Inspector
from guard.notices.base import People, Sender
from guard.notices.follow import Follower
from guard.notices.mail import MailSender
from guard.notices.outbox import Outbox
from guard.notices.webhook import WebhookSender
from guard.settings.load import Authors
from guard.wiring.console import public_url
from guard.wiring.heart import now
from guard.wiring.ledger import OpenLedger


@dataclass(frozen=True, slots=True)
class OpenNotices:
    """The background task, and what it holds open."""

    outbox: Outbox
    _webhook: WebhookSender | None

    async def run(self) -> None:
        """For ever."""
        try:
            await self.outbox.run()
        finally:
            if self._webhook is not None:
                await self._webhook.close()


def open_notices(opened: OpenLedger, authors: Authors, inspector: Callable[[], Inspector]) -> OpenNotices:
    """Call within the loop that serves."""
    settings = opened.settings

    def owners() -> dict[str, str]:
        return {policy.id: policy.source.owner for policy in inspector().bundle.policies}

    people = People(settings.notices, authors, owners, settings.language)
    senders: list[Sender] = []
    webhook = None
    if settings.notices.smtp is not None:
        senders.append(MailSender(settings.notices.smtp, people, public_url(settings), settings.origin))
    if settings.notices.webhook is not None:
        webhook = WebhookSender(settings.notices.webhook, now, public_url(settings), settings.language)
        senders.append(webhook)
    follower = Follower(opened.store, people, now)
    return OpenNotices(Outbox(opened.store, follower, senders, now), webhook)
