"""Notices posted to a receiver that checks the signature as ours would have to."""

import asyncio
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from guard.notices.base import Failed
from guard.notices.webhook import WebhookSender
from guard.settings.notices import WebhookSettings
from guard.types.notice import Channel, Kind, Notice
from tests.ledgers import NOW

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
                wanted = "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
                good = hmac.compare_digest(wanted, self.headers["x-postguard-signature"])
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


def send(url: str, *notices: Notice):
    async def work():
        sender = WebhookSender(WebhookSettings(url, "/hooks/guard", SECRET), lambda: NOW)
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
