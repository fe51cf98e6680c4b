"""Notices as JSON to one address, signed or in the form that a chat takes, through the gate's own HTTP client: no redirects, no private address unasked for."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from guard.errors import UpstreamError
from guard.notices.base import Failed
from guard.notices.words import chat_words
from guard.settings.notices import GUARD, SLACK, TEAMS, WebhookSettings
from guard.types.http import Headers, HttpRequest
from guard.types.notice import Channel, Notice
from guard.upstream.client import Timeouts, Upstream
from guard.words.texts import Phrase, words_of

SIGNATURE = b"x-postguard-signature"
ANSWER_S = 15.0


class WebhookSender:
    """Keeps the promise of guard.notices.base.Sender. Belongs to one event loop."""

    channel = Channel.WEBHOOK

    def __init__(self, settings: WebhookSettings, now: Callable[[], datetime], base_url: str, language: str) -> None:
        """`base_url` is the console's; `language` that of the gate, for a chat whose own is not given."""
        self._settings, self._now = settings, now
        self._base_url, self._language = base_url, settings.language or language
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
        settings = self._settings
        body = json.dumps(_FORMS[settings.format](notice, self._language, self._base_url)).encode()
        moment = str(int(self._now().timestamp()))
        headers: Headers = (
            (b"content-type", b"application/json"),
            (b"user-agent", b"postguard"),
            (b"x-postguard-id", notice.id.encode()),
            (b"x-postguard-time", moment.encode()),
        )
        if settings.secret:
            headers += ((SIGNATURE, signature(settings.secret, moment, body).encode()),)
        try:
            reply = await self._upstream.fetch(HttpRequest("POST", settings.path, settings.query, headers, body))
        except UpstreamError as error:
            return Failed("the webhook did not answer" if error.sent else "no connection with the webhook")
        if 200 <= reply.status < 300:
            return None
        return Failed(f"the webhook answered {reply.status}", lasting=reply.status == 410)


def _guard(notice: Notice, _language: str, _base_url: str) -> dict[str, object]:
    return {"id": notice.id, "kind": notice.kind.value, "made": notice.made.isoformat(), "about": dict(notice.about)}


def _slack(notice: Notice, language: str, base_url: str) -> dict[str, object]:
    """What Slack, Mattermost and Rocket.Chat take; an address becomes a link there by itself."""
    lines = "\n".join(filter(None, chat_words(notice, language, base_url)))
    return {"text": lines.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}


def _teams(notice: Notice, language: str, base_url: str) -> dict[str, object]:
    """An Adaptive Card, the one form that a workflow of Microsoft Teams takes."""
    subject, text, link = chat_words(notice, language, base_url)
    card: dict[str, object] = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "body": [
            {"type": "TextBlock", "text": subject, "weight": "bolder", "wrap": True},
            {"type": "TextBlock", "text": text, "wrap": True},
        ],
    }
    if link:
        title = words_of(language).told(Phrase("notice.open"))
        card["actions"] = [{"type": "Action.OpenUrl", "title": title, "url": link}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


_FORMS: Mapping[str, Callable[[Notice, str, str], dict[str, object]]] = {GUARD: _guard, SLACK: _slack, TEAMS: _teams}


def signature(secret: str, moment: str, body: bytes) -> str:
    """`sha256=` and the HMAC-SHA256, in hexadecimal, of the time, a full stop and the body."""
    return "sha256=" + hmac.digest(secret.encode(), f"{moment}.".encode() + body, "sha256").hex()
