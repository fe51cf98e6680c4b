"""Notices posted to a receiver that checks the signature as ours would have to."""

import asyncio
import hashlib
import hmac
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from guard.notices.base import Failed
from guard.notices.webhook import WebhookSender
from guard.settings.notices import SLACK, TEAMS, WebhookSettings
from guard.types.notice import Channel, Kind, Notice
from tests.ledgers import NOW
from tests.unit.notices.test_words import ABOUT

SECRET = "a-secret-" + "of-sixteen"
NOTICE = Notice("id1", Kind.HELD, Channel.WEBHOOK, "", {"cases": [1001]}, NOW, NOW)


class Receiver:
    def __init__(self) -> None:
        self.taken: list[dict] = []
        self.status = 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                signed = f"{self.headers['x-postguard-time']}.".encode() + body
                given = self.headers["x-postguard-signature"] or ""
                wanted = "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
                good = hmac.compare_digest(wanted, given)
                receiver.headers, receiver.body = self.headers, json.loads(body)
                receiver.taken.append(
                    {"path": self.path, "good": good, "id": self.headers["x-postguard-id"], **json.loads(body)}
                )
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def send(url: str, *notices: Notice, **form):
    async def work():
        settings = WebhookSettings(url, "/hooks/guard", **(form or {"secret": SECRET}))
        sender = WebhookSender(settings, lambda: NOW, "https://guard.example", "fr")
        try:
            return await sender.send(notices)
        finally:
            await sender.close()

    return asyncio.run(work())


def test_a_notice_arrives_signed_with_its_id(receiver) -> None:
    assert send(receiver.url, NOTICE) == {"id1": None}
    assert receiver.taken == [
        {
            "path": "/hooks/guard", "good": True, "id": "id1", "kind": "held", "made": NOW.isoformat(),
            "about": {"cases": [1001]},
        }
    ]  # fmt: skip


def test_a_chat_gets_sentences_and_the_link_to_the_case_in_its_language(receiver) -> None:
    assert send(receiver.url, NOTICE, format=SLACK, language="en") == {"id1": None}
    said = "[postguard] 1 post(s) to review\nPosts wait for a reviewer: 1001.\nhttps://guard.example/cases/1001"
    assert receiver.body == {"text": said}, "all that Slack, Mattermost and Rocket.Chat need"
    assert receiver.headers["x-postguard-signature"] is None, "there is no secret to sign with"
    many = replace(NOTICE, about={"cases": [1001, 1002]})
    send(receiver.url, many, format=SLACK)
    assert receiver.body["text"].endswith("\nhttps://guard.example/queue")
    assert "Des messages attendent un relecteur" in receiver.body["text"], "the gate's language unless another is given"


def test_signs_that_a_chat_would_read_as_its_own_are_escaped(receiver) -> None:
    odd = replace(NOTICE, kind=Kind.AGREEMENT, about={"request": "<!channel> & co", "page": "audit"})
    send(receiver.url, odd, format=SLACK, language="en")
    assert "&lt;!channel&gt; &amp; co" in receiver.body["text"]
    assert "<" not in receiver.body["text"]


def test_teams_gets_a_card_with_a_button_and_the_query_of_its_address(receiver) -> None:
    assert send(receiver.url, NOTICE, format=TEAMS, language="en", query="api-version=1&sig=a%2Fb") == {"id1": None}
    assert receiver.taken[0]["path"] == "/hooks/guard?api-version=1&sig=a%2Fb"
    assert set(receiver.body) == {"type", "attachments"}
    (attachment,) = receiver.body["attachments"]
    assert (receiver.body["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    card = attachment["content"]
    assert (card["type"], [each["type"] for each in card["body"]]) == ("AdaptiveCard", ["TextBlock"] * 2)
    assert card["body"][1]["text"] == "Posts wait for a reviewer: 1001."
    assert card["actions"] == [
        {"type": "Action.OpenUrl", "title": "Open in the console", "url": "https://guard.example/cases/1001"}
    ]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("form", [SLACK, TEAMS])
def test_every_kind_has_its_message_in_a_chat(receiver, form, kind) -> None:
    assert send(receiver.url, replace(NOTICE, kind=kind, about=ABOUT), format=form) == {"id1": None}
    assert "[postguard]" in json.dumps(receiver.body)
    assert "{" not in str(receiver.body.get("text"))


@pytest.mark.parametrize(("status", "lasting"), [(500, False), (302, False), (404, False), (410, True)])
def test_any_other_answer_is_a_failure_and_no_redirect_is_followed(receiver, status, lasting) -> None:
    receiver.status = status
    assert send(receiver.url, NOTICE) == {"id1": Failed(f"the webhook answered {status}", lasting=lasting)}
    assert len(receiver.taken) == 1


def test_nobody_there_is_a_failure(receiver) -> None:
    receiver.server.shutdown()
    receiver.server.server_close()
    assert send(receiver.url, NOTICE) == {"id1": Failed("no connection with the webhook")}
    receiver.server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    threading.Thread(target=receiver.server.serve_forever, daemon=True).start()
