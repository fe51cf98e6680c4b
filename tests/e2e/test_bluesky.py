"""A real Bluesky PDS with the PyPI client `atproto` and npm's `@atproto/api`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from atproto import Client, client_utils, models
from atproto.exceptions import BadRequestError

from tests.gate import Gate, gives_reason
from tests.servers.bluesky import PASSWORD, Pds
from tests.servers.clients import PNG, bluesky_py, node

pytestmark = [
    pytest.mark.real,
    pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"),  # the client's own way with httpx
]
NOW = "2026-03-01T10:00:00.000Z"


def base(client: Client) -> str:
    """Where the client will send its next request."""
    return client._base_url.removesuffix("/xrpc")


def covered(text: str, facet: dict[str, Any]) -> str:
    """What a facet's byte range covers."""
    return text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()


def listening() -> list[tuple[str, int]]:
    """Every TCP socket that listens on this machine, as (address in hexadecimal, port)."""
    places = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text("ascii").splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            if state == "0A":
                places.append((local.partition(":")[0], int(local.partition(":")[2], 16)))
    return places


def test_pds_is_not_reachable_from_outside(pds: Pds) -> None:
    loopback = "0100007F"
    for port in pds.ports.values():
        assert [place for place in listening() if place[1] == port] == [(loopback, port)]


def test_a_day_in_python(pds: Pds, bluesky_at: str) -> None:
    handle = pds.account()
    with bluesky_py(bluesky_at, handle, PASSWORD) as client:
        assert base(client).split(":")[-1] == bluesky_at.rsplit(":", maxsplit=1)[-1], "login led the client elsewhere"
        text = (
            client_utils.TextBuilder()
            .text("Bonjour 🐦 ")
            .link("le site", "https://example.com/a")
            .text(" et #")
            .tag("vert", "vert")
        )
        first = client.send_post(text)
        client.send_image("Image", PNG, image_alt="Un carré")
        ref = models.ComAtprotoRepoStrongRef.Main(uri=first.uri, cid=first.cid)
        reply = client.send_post("Réponse", reply_to=models.AppBskyFeedPost.ReplyRef(parent=ref, root=ref))
        like = client.like(first.uri, first.cid)
        assert len(pds.records(handle, "app.bsky.feed.like")) == 1
        client.unlike(like.uri)
        client.delete_post(reply.uri)
        client.com.atproto.server.refresh_session(headers={"Authorization": f"Bearer {client._session.refresh_jwt}"})
    records = [each["value"] for each in pds.records(handle)]
    assert [each["text"] for each in records] == ["Bonjour 🐦 le site et #vert", "Image"]
    assert covered(records[0]["text"], records[0]["facets"][0]) == "le site"
    assert records[1]["embed"]["images"][0]["alt"] == "Un carré"
    assert pds.records(handle, "app.bsky.feed.like") == []


def test_a_day_in_javascript(pds: Pds, bluesky_at: str, node_parts: Path) -> None:
    handle = pds.account()
    done = node(node_parts, "bluesky.mjs", bluesky_at, handle, PASSWORD, "everyday")
    assert done.get("posts"), done
    assert done["at"].rstrip("/").split(":")[-1] == bluesky_at.rsplit(":", maxsplit=1)[-1], (
        "login led the client elsewhere"
    )
    assert [each["uri"] for each in pds.records(handle)] == done["posts"]


# --- through the gate only --------------------------------------------------------------------------------------------


def post(text: str, **more: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.post", "text": text, "createdAt": NOW, **more}


def create(record: dict[str, Any], **more: Any) -> tuple[str, dict[str, Any]]:
    return "createRecord", {"collection": "app.bsky.feed.post", "record": record, **more}


def _writes(*writes: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return "applyWrites", {"writes": list(writes)}


SECRET = "orchidée noire"
KEY = "black-orchid"
LEAKS: dict[str, tuple[str, dict[str, Any]]] = {
    "createRecord": create(post(f"Adieu {SECRET}")),
    "putRecord": (
        "putRecord",
        {"collection": "app.bsky.feed.post", "rkey": "3kabcdefghi2a", "record": post(f"Adieu {SECRET}")},
    ),
    "applyWrites, second of two": _writes(
        {"$type": "com.atproto.repo.applyWrites#create", "collection": "app.bsky.feed.post", "value": post("Anodin")},
        {"$type": "com.atproto.repo.applyWrites#create", "collection": "app.bsky.feed.post", "value": post(SECRET)},
    ),
    "unknown field": create(post("Anodin", secretNote=f"sur {SECRET}")),
    "unknown field, deep": create(post("Anodin", more=[{"a": {"b": [1, f"sur {SECRET}"]}}])),
    "key of a field": create(post("Anodin", **{f"sur {SECRET}": 1})),
    "unknown collection": (
        "createRecord",
        {"collection": "com.example.leak", "record": {"$type": "com.example.leak", "x": SECRET}},
    ),
    "card": create(
        post(
            "Lien",
            embed={
                "$type": "app.bsky.embed.external",
                "external": {"uri": "https://example.com", "title": SECRET, "description": ""},
            },
        )
    ),
    "link behind a facet": create(
        post(
            "Ici",
            facets=[
                {
                    "index": {"byteStart": 0, "byteEnd": 3},
                    "features": [{"$type": "app.bsky.richtext.facet#link", "uri": f"https://example.com/{KEY}"}],
                }
            ],
        )
    ),
    "tags": create(post("Anodin", tags=[SECRET])),
    "rkey": create(post("Anodin"), rkey=KEY),
    "profile": (
        "putRecord",
        {
            "collection": "app.bsky.actor.profile",
            "rkey": "self",
            "record": {"$type": "app.bsky.actor.profile", "description": SECRET},
        },
    ),
}


@pytest.fixture(scope="module")
def writer(pds: Pds, bluesky_gate: Gate):
    handle = pds.account()
    with bluesky_py(bluesky_gate.url("atproto"), handle, PASSWORD) as client:
        yield handle, client


@pytest.mark.parametrize("where", LEAKS)
def test_a_leak_never_reaches_the_pds(pds: Pds, bluesky_gate: Gate, writer, where: str) -> None:
    handle, client = writer
    before = pds.everything(handle)
    procedure, body = LEAKS[where]
    with requests.post(
        f"{bluesky_gate.url('atproto')}/xrpc/com.atproto.repo.{procedure}",
        data=json.dumps({"repo": client.me.did, **body}).encode(),
        headers={"authorization": f"Bearer {client._session.access_jwt}", "content-type": "application/json"},
        timeout=20,
    ) as reply:
        assert reply.status_code == 400, reply.text
        assert reply.json()["error"] == "PolicyBlocked"
        assert gives_reason(reply.json()["message"])
    assert pds.everything(handle) == before


def test_python_shows_the_reason(pds: Pds, writer) -> None:
    handle, client = writer
    with pytest.raises(BadRequestError) as refused:
        client.send_post("L'orchidée noire perd vingt personnes")
    assert "PolicyBlocked" in str(refused.value)
    assert gives_reason(str(refused.value))
    with pytest.raises(BadRequestError):
        client.send_image("Image", PNG, image_alt="Le tableau de l'orchidée noire")
    assert "rchidée" not in pds.everything(handle)


def test_javascript_shows_the_reason(pds: Pds, bluesky_gate: Gate, node_parts: Path) -> None:
    handle = pds.account()
    url = bluesky_gate.url("atproto")
    refused = node(node_parts, "bluesky.mjs", url, handle, PASSWORD, "post", "Black Orchid is late")
    assert (refused["error"], refused["status"]) == ("PolicyBlocked", 400)
    assert gives_reason(refused["message"])
    assert pds.records(handle) == []


def test_links_stay_on_their_words_after_masking(pds: Pds, bluesky_gate: Gate, node_parts: Path) -> None:
    handle = pds.account()
    text = "Appelez le 06 39 98 12 34 🐦 ou https://example.com/contact demain"
    done = node(node_parts, "bluesky.mjs", bluesky_gate.url("atproto"), handle, PASSWORD, "post", text)
    assert "uri" in done, done
    (record,) = pds.records(handle)
    value = record["value"]
    assert value["text"] == "Appelez le [téléphone] 🐦 ou https://example.com/contact demain"
    (facet,) = value["facets"]
    assert covered(value["text"], facet) == "https://example.com/contact"


def test_what_could_lead_past_the_gate_is_refused(bluesky_gate: Gate, writer) -> None:
    _, client = writer
    url = bluesky_gate.url("atproto")
    bearer = {"authorization": f"Bearer {client._session.access_jwt}"}
    ways = [
        ("POST", "com.atproto.repo.importRepo", {"content-type": "application/vnd.ipld.car"}, b"\x3a"),
        ("POST", "com.atproto.identity.submitPlcOperation", {"content-type": "application/json"}, b'{"operation":{}}'),
        ("POST", "com.example.unknown.method", {"content-type": "application/json"}, b'{"text":"x"}'),
        (
            "POST",
            "com.atproto.repo.createRecord",
            {"content-type": "application/json", "atproto-proxy": "did:web:elsewhere.example#pds"},
            b'{"repo":"x","collection":"app.bsky.feed.post","record":{"text":"x"}}',
        ),
        ("GET", "com.atproto.server.getServiceAuth?aud=did:web:elsewhere.example", {}, b""),
    ]
    for method, name, headers, body in ways:
        with requests.request(method, f"{url}/xrpc/{name}", headers=bearer | headers, data=body, timeout=10) as reply:
            assert 400 <= reply.status_code < 500, name
            assert reply.json()["message"], name


def test_a_chat_message_is_read_too(bluesky_gate: Gate, writer) -> None:
    _, client = writer
    headers = {
        "authorization": f"Bearer {client._session.access_jwt}",
        "atproto-proxy": "did:web:api.bsky.chat#bsky_chat",
    }
    url = f"{bluesky_gate.url('atproto')}/xrpc/chat.bsky.convo.sendMessage"
    body = {"convoId": "1", "message": {"text": "black orchid"}}
    with requests.post(url, json=body, headers=headers, timeout=10) as reply:
        assert (reply.status_code, reply.json()["error"]) == (400, "PolicyBlocked")
        assert gives_reason(reply.json()["message"])


def test_a_clean_record_is_the_same_record(pds: Pds, bluesky_gate: Gate, writer) -> None:
    handle, client = writer
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "graphic-media"}]}
    record = post("Exactement ça 🐦\u00a0!", langs=["fr"], labels=labels, more={"nombre": 12345678901234, "rien": None})
    url = f"{bluesky_gate.url('atproto')}/xrpc/com.atproto.repo.createRecord"
    body = {"repo": client.me.did, "collection": "app.bsky.feed.post", "record": record}
    with requests.post(
        url, json=body, headers={"authorization": f"Bearer {client._session.access_jwt}"}, timeout=10
    ) as reply:
        assert reply.status_code == 200, reply.text
        uri = reply.json()["uri"]
    (kept,) = [each["value"] for each in pds.records(handle) if each["uri"] == uri]
    assert kept == record
