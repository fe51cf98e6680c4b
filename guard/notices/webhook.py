"""Notices as signed JSON to one address, through the gate's own HTTP client: no redirects, no private address unasked for."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from guard.errors import UpstreamError
from guard.notices.base import Failed
from guard.settings.notices import WebhookSettings
from guard.types.http import HttpRequest
from guard.types.notice import Channel, Notice
from guard.upstream.client import Timeouts, Upstream

SIGNATURE = b"x-postguard-signature"
ANSWER_S = 15.0


class WebhookSender:
    """Keeps the promise of guard.notices.base.Sender. Belongs to one event loop."""

    channel = Channel.WEBHOOK

    def __init__(self, settings: WebhookSettings, now: Callable[[], datetime]) -> None:
        self._settings, self._now = settings, now
        self._upstream = Upstream(
            settings.url,
            timeout=Timeouts(answer=ANSWER_S),
            max_connections=4,
            ca_file=settings.ca_file,
            allow_private=settings.allow_private,
        )

    async def send(self, notices: Sequence[Notice]) -> Mapping[str, Failed | None]:
        return {notice.id: await self._post(notice) for notice in notices}

    async def close(self) -> None:
        await self._upstream.close()

    async def _post(self, notice: Notice) -> Failed | None:
        body = json.dumps(
            {"id": notice.id, "kind": notice.kind.value, "made": notice.made.isoformat(), "about": dict(notice.about)}
        ).encode()
        moment = str(int(self._now().timestamp()))
        headers = (
            (b"content-type", b"application/json"),
            (b"user-agent", b"postguard"),
            (b"x-postguard-id", notice.id.encode()),
            (b"x-postguard-time", moment.encode()),
            (SIGNATURE, signature(self._settings.secret, moment, body).encode()),
        )
        try:
            reply = await self._upstream.fetch(HttpRequest("POST", self._settings.path, "", headers, body))
        except UpstreamError as error:
            return Failed("the webhook did not answer" if error.sent else "no connection with the webhook")
        if 200 <= reply.status < 300:
            return None
        return Failed(f"the webhook answered {reply.status}", lasting=reply.status == 410)


def signature(secret: str, moment: str, body: bytes) -> str:
    """`sha256=` and the HMAC-SHA256, in hexadecimal, of the time, a full stop and the body."""
    return "sha256=" + hmac.digest(secret.encode(), f"{moment}.".encode() + body, "sha256").hex()
