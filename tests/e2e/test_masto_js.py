"""npm's `masto`, the client library of many web apps."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gate import Gate, gives_reason
from tests.servers.clients import ALICE, node
from tests.servers.host import Hosted

pytestmark = pytest.mark.real


def test_a_day(mastodon_at: str, node_parts: Path) -> None:
    done = node(node_parts, "masto.mjs", mastodon_at, ALICE, "everyday")
    assert done == {
        "streaming": mastodon_at.replace("http", "ws"),
        "me": "alice",
        "alt": "Un carré",
        "options": ["Thé", "Café"],
        "warning": "Boissons",
        "edited": "<p>Avec image, mieux dit</p>",
        "liked": True,
        "boosted": True,
        "later": "Plus tard",
        "home": 3,
    }


def test_app_registration(mastodon_at: str, node_parts: Path) -> None:
    assert node(node_parts, "masto.mjs", mastodon_at, "", "app") == {"token": "string"}


def test_stream(mastodon_at: str, node_parts: Path) -> None:
    seen = node(node_parts, "masto.mjs", mastodon_at, ALICE, "stream", "Vu de masto")
    assert seen == {"seen": "<p>Vu de masto</p>", "at": mastodon_at.replace("http", "ws")}


def test_refusal_and_mask(gate: Gate, mastodon: Hosted, node_parts: Path) -> None:
    url = gate.url("mastodon")
    refused = node(node_parts, "masto.mjs", url, ALICE, "post", "Black Orchid, encore")
    assert refused["kind"] == "MastoHttpError"
    assert refused["status"] == 422
    assert gives_reason(refused["error"])
    assert (
        node(node_parts, "masto.mjs", url, ALICE, "post", "Au 06 39 98 12 34 svp")["content"]
        == "<p>Au [téléphone] svp</p>"
    )
