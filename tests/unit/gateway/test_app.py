"""What goes wrong is answered in the author's own language, where it is known who asks."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from guard.channels.registry import channel
from guard.errors import StoreError
from guard.gateway.app import GateApp
from guard.gateway.bodies import BodyBudget
from guard.gateway.identify import Identities
from guard.settings.load import Authors, Person
from tests.gates import rig

SAID = {"en": "The gate cannot record anything", "fr": "La passerelle ne peut rien enregistrer"}


@pytest.mark.parametrize(
    ("own", "header", "expected"), [("en", b"", "en"), ("en", b"fr", "en"), (None, b"en", "en"), (None, b"", "fr")]
)
def test_a_full_disk_is_told_in_the_language_that_authors_toml_says(
    own: str | None, header: bytes, expected: str, tmp_path: Path
) -> None:
    async def full(_: object) -> None:
        raise StoreError("the disk is full")

    async def asked() -> dict[str, Any]:
        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b'{"status": "Bonjour"}', "more_body": False}

        headers = [(b"authorization", b"Bearer t"), (b"content-type", b"application/json")]
        headers += [(b"accept-language", header)] if header else []
        scope = {
            "type": "http",
            "method": "POST",
            "raw_path": b"/api/v1/statuses",
            "query_string": b"",
            "headers": headers,
        }
        with rig(tmp_path) as gate:
            authors = Authors({("mastodon", "alice@m.example"): Person("Alice", language=own)})
            gate.gate.identities = Identities(channel("mastodon"), gate.service, authors, 10)
            gate.store.write = full
            await GateApp(gate.gate, BodyBudget(1 << 20))(scope, receive, send)
        return sent[0]["reply"]

    reply = asyncio.run(asked())
    assert reply.status == 503
    assert json.loads(reply.body)["error"].startswith(SAID[expected])
