"""Signing up on a Mastodon server: with an app's token, of nobody known, and inspected all the same."""

import asyncio
import json
from pathlib import Path

from guard.types.http import HttpReply
from tests.gates import LEAK, Rig, rig

PATH = "/api/v1/accounts"
NEW = {"username": "carla", "email": "c@m.example", "password": "three-lamps", "agreement": True}


def sign_up(gate: Rig, reason: str, token: str = "app", path: str = PATH) -> HttpReply:
    async def scenario() -> HttpReply:
        reply = await gate.post("", token=token, path=path, reason=reason, **NEW)
        await gate.ledger.settled()
        return reply

    return asyncio.run(scenario())


def test_an_app_may_sign_somebody_up(tmp_path: Path) -> None:
    with rig(tmp_path) as gate:
        assert sign_up(gate, "Bonjour, je jardine").status == 200
        (sent,) = gate.service.received
        assert json.loads(sent.body)["reason"] == "Bonjour, je jardine"
        assert sent.header(b"authorization") == b"Bearer app"
        assert [leaf["kind"] for leaf in gate.leaves()] == ["decision", "delivery"]


def test_what_is_said_when_signing_up_is_inspected(tmp_path: Path) -> None:
    with rig(tmp_path) as gate:
        assert sign_up(gate, LEAK).status == 422
        assert gate.service.received == []


def test_an_app_publishes_nothing_else(tmp_path: Path) -> None:
    with rig(tmp_path) as gate:
        assert "authenticated user" in sign_up(gate, "Bonjour", path="/api/v1/statuses").body.decode()
        assert gate.service.received == []
