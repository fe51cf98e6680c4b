"""A gate of real parts (channel, inspector, store, log) in front of a small fake of a service."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from guard.audit.keys import load_keys
from guard.audit.log import AuditLog
from guard.channels.registry import channel
from guard.detect.run import Detectors
from guard.gateway.gate import Gate
from guard.gateway.identify import Identities
from guard.gateway.ledger import Ledger
from guard.gateway.media import Uploads
from guard.gateway.submit import submit
from guard.inspector import Inspector
from guard.policy.bundle import load_bundle
from guard.settings.load import Authors
from guard.store.sqlite import SqliteStore
from guard.types.http import HttpReply, HttpRequest
from guard.wiring.heart import new_id

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
LEAK = "Pff, encore un projet avec client X qui m'échappe, galère 20 personnes sur le carreau"
THREE_PHONES = "Astreinte : 06 39 98 12 34, 06 39 98 12 35 et 06 39 98 12 36"


@cache
def shipped_inspector() -> Inspector:
    bundle = load_bundle(ROOT / "policies")
    return Inspector(Detectors.build(bundle.matchers), bundle)


class FakeService:
    """Answers like a Mastodon server; `before` runs before each write is answered, and may raise."""

    host = "m.example"
    base_url = "https://m.example"

    def __init__(self) -> None:
        self.received: list[HttpRequest] = []
        self.before: Callable[[HttpRequest], None] = lambda _: None
        self.published: list[dict[str, Any]] = []

    async def fetch(self, request: HttpRequest) -> HttpReply:
        if request.path == "/api/v1/accounts/verify_credentials":
            if request.header(b"authorization") == b"Bearer expired":
                return HttpReply(401, body=b'{"error": "The access token is invalid"}')
            if request.header(b"authorization") == b"Bearer app":
                return HttpReply(422, body=b'{"error": "This method requires an authenticated user"}')
            return self._json(200, {"id": "7", "acct": "alice", "username": "alice"})
        if request.method == "GET":
            return self._json(200, self.published)
        self.received.append(request)
        self.before(request)
        return self.publish(request)

    def publish(self, request: HttpRequest) -> HttpReply:
        sent = json.loads(request.body) if request.body.startswith(b"{") else {}
        status = {
            "id": str(100 + len(self.published)),
            "created_at": "2026-12-01T09:00:00.000Z",
            "content": f"<p>{sent.get('status', '')}</p>",
            "spoiler_text": sent.get("spoiler_text", ""),
            "media_attachments": [],
        }
        self.published.append(status)
        return self._json(200, status)

    async def close(self) -> None:
        pass

    @staticmethod
    def _json(status: int, value: Any) -> HttpReply:
        return HttpReply(status, ((b"content-type", b"application/json"),), json.dumps(value).encode())


class Rig:
    """One gate over temporary files."""

    def __init__(self, folder: Path, inspector: Inspector, **options: Any) -> None:
        self.keys = load_keys(folder / "keys", "test")
        self.log = AuditLog(self.keys)
        self.store = SqliteStore(folder / "guard.db", before_commit=self.log.before_commit)
        self.service = FakeService()
        self.inspector = inspector
        speaks = channel("mastodon")
        self.ledger = Ledger(self.store, self.log, self.keys, lambda: NOW, timedelta(days=180))
        self.gate = Gate(
            name="test",
            channel=speaks,
            upstream=self.service,  # type: ignore[arg-type]
            public_url="http://gate.example",
            inspector=lambda: self.inspector,
            ledger=self.ledger,
            identities=Identities(speaks, self.service, Authors(), 10),  # type: ignore[arg-type]
            uploads=Uploads(self.store),
            now=lambda: NOW,
            new_id=new_id,
            threads=ThreadPoolExecutor(2),
            **options,
        )

    async def post(
        self, text: str, *, key: str = "", token: str = "t", path: str = "/api/v1/statuses", **fields: Any
    ) -> HttpReply:
        headers = [(b"authorization", f"Bearer {token}".encode()), (b"content-type", b"application/json")]
        if key:
            headers.append((b"idempotency-key", key.encode()))
        body = json.dumps({"status": text, **fields}).encode()
        request = HttpRequest("POST", path, "", tuple(headers), body)
        return await submit(self.gate, request, self.gate.channel.route(request))

    def leaves(self) -> list[dict[str, Any]]:
        """Entries of the tree, with what they hold at the top."""
        found = self.store.read_now(lambda tx: [json.loads(leaf) for leaf in tx.leaves()])
        return [leaf | leaf["data"] for leaf in found]

    def sent(self) -> list[str]:
        return [json.loads(request.body)["status"] for request in self.service.received]


@contextmanager
def rig(folder: Path, inspector: Inspector | None = None, **options: Any):
    made = Rig(folder, inspector or shipped_inspector(), **options)
    try:
        yield made
    finally:
        made.gate.threads.shutdown()
        made.store.close()
