"""Mastodon.py through a whole day: sign-in, posts of every kind, reading, streaming; and what it shows of a refusal."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
import requests
from mastodon import Mastodon, MastodonAPIError, StreamListener

from tests.gate import Gate, gives_reason, wait_for
from tests.servers.clients import ALICE, BRUNO, OUT_OF_BAND, PNG, authorise, mastodon_py
from tests.servers.host import Hosted


def source(client: Mastodon, status) -> str:
    return client.status_source(status.id).text


def test_sign_in(mastodon_at: str) -> None:
    client_id, secret = Mastodon.create_app("A test", api_base_url=mastodon_at, scopes=["read", "write"])
    with requests.Session() as session:
        client = Mastodon(client_id=client_id, client_secret=secret, api_base_url=mastodon_at, session=session)
        code = authorise(
            client.auth_request_url(scopes=["read", "write"], redirect_uris=OUT_OF_BAND, allow_http=True), "chloe"
        )
        client.log_in(code=code, scopes=["read", "write"], redirect_uri=OUT_OF_BAND, allow_http=True)
        assert client.account_verify_credentials().username == "chloe"
        assert client.app_verify_credentials().name == "A test"
        client.revoke_access_token(allow_http=True)


def test_posts_of_every_kind(mastodon_at: str) -> None:
    with mastodon_py(mastodon_at, ALICE) as alice, mastodon_py(mastodon_at, BRUNO) as bruno:
        text = "Bonjour 🐦\n\nÀ demain — https://example.com/a?b=1&c=2 #jardin"
        status = alice.status_post(text, language="fr", visibility="unlisted", idempotency_key=f"key-{mastodon_at}")
        assert source(alice, status) == text
        again = alice.status_post(text, language="fr", visibility="unlisted", idempotency_key=f"key-{mastodon_at}")
        assert again.id == status.id
        media = alice.media_post(PNG, mime_type="image/png", description="Un carré")
        alice.media_update(media, description="Un carré rose")
        pictured = alice.status_post("Regardez", media_ids=[media], spoiler_text="Image", sensitive=True)
        assert pictured.media_attachments[0].description == "Un carré rose"
        assert (pictured.spoiler_text, pictured.sensitive) == ("Image", True)
        poll = alice.status_post("Thé ?", poll=alice.make_poll(["Oui", "Non"], 3600, multiple=True)).poll
        assert [option.title for option in bruno.poll_vote(poll, [0]).options] == ["Oui", "Non"]
        reply = bruno.status_reply(status, "Merci")
        assert reply.in_reply_to_id == status.id
        alice.status_update(status.id, "Bonjour à tous", spoiler_text="Salut")
        assert len(alice.status_history(status.id)) == 2
        assert bruno.status_favourite(status).favourited
        assert bruno.status_bookmark(status).bookmarked
        assert bruno.status_reblog(status).reblog.id == status.id
        bruno.status_unreblog(status)
        bruno.status_unfavourite(status)
        assert alice.notifications(limit=5)
        alice.status_delete(status)
        with pytest.raises(MastodonAPIError):
            alice.status(status.id)


def test_schedule(mastodon_at: str) -> None:
    with mastodon_py(mastodon_at, ALICE) as alice:
        when = datetime.now(UTC) + timedelta(hours=1)
        item = alice.status_post("Plus tard", scheduled_at=when)
        assert item.params.text == "Plus tard"
        moved = alice.scheduled_status_update(item, when + timedelta(hours=1))
        assert moved.scheduled_at > item.scheduled_at
        assert item.id in [each.id for each in alice.scheduled_statuses()]
        alice.scheduled_status_delete(item)
        assert item.id not in [each.id for each in alice.scheduled_statuses()]


def test_reading_and_paging_stay_here(mastodon_at: str) -> None:
    with mastodon_py(mastodon_at, ALICE) as alice:
        for number in range(4):
            alice.status_post(f"Message {number}")
        first = alice.timeline_home(limit=2)
        second = alice.fetch_next(first)
        assert len(first) == len(second) == 2
        assert second[0].id < first[1].id
        assert alice.account_statuses(alice.me(), limit=3)
        assert alice.search("alice").accounts
        assert alice.preferences()["posting:default:visibility"] == "public"
        alice.markers_set("home", first[0].id)
        assert alice.instance().configuration.urls.streaming == mastodon_at.replace("http", "ws")
    reply = requests.get(f"{mastodon_at}/api/v1/timelines/public?limit=1", timeout=10)
    assert reply.headers["Link"].startswith(f"<{mastodon_at}/api/v1/timelines/public?")


def test_profile_and_people(mastodon_at: str) -> None:
    with mastodon_py(mastodon_at, ALICE) as alice, mastodon_py(mastodon_at, BRUNO) as bruno:
        changed = alice.account_update_credentials(display_name="Alice", note="Jardinière", fields=[("Ville", "Lyon")])
        assert (changed.display_name, changed.source.note, changed.source.fields[0].value) == (
            "Alice",
            "Jardinière",
            "Lyon",
        )
        assert bruno.account_follow(changed.id).following
        assert not bruno.account_unfollow(changed.id).following
        assert bruno.account_mute(changed.id).muting
        assert not bruno.account_unmute(changed.id).muting


class Heard(StreamListener):
    def __init__(self) -> None:
        self.statuses: list[str] = []
        self.gone: list[str] = []
        self.aborted = threading.Event()

    def on_update(self, status) -> None:
        self.statuses.append(status.content)

    def on_delete(self, status_id) -> None:
        self.gone.append(str(status_id))

    def on_abort(self, err) -> None:
        self.aborted.set()


def test_server_sent_events(mastodon: Hosted, mastodon_at: str) -> None:
    heard, before = Heard(), len(mastodon.app.state.world.listeners)
    with mastodon_py(mastodon_at, ALICE) as alice, mastodon_py(mastodon_at, ALICE) as writer:
        handle = alice.stream_user(heard, run_async=True)
        wait_for(lambda: len(mastodon.app.state.world.listeners) > before, told="the stream to open")
        status = writer.status_post("Au fil de l'eau")
        wait_for(lambda: any("Au fil" in each for each in heard.statuses), told="the status on the stream")
        writer.status_delete(status)
        wait_for(lambda: str(status.id) in heard.gone, told="its deletion on the stream")
        handle.close()
        # A closed client closes the service's end too: nothing keeps running behind the gate's back.
        writer.status_post("Après")
        wait_for(lambda: len(mastodon.app.state.world.listeners) == before, 20, "the stream to close")


# --- through the gate only --------------------------------------------------------------------------------------------


def reached(mastodon: Hosted, words: str) -> bool:
    """Whether any request at the service held the words, as they are or percent-encoded or as JSON escapes."""
    plain = words.encode()
    escaped = json.dumps(words).strip('"').encode()
    quoted = requests.compat.quote_plus(words).encode()
    return any(each in request.body for request in mastodon.app.state.received for each in (plain, escaped, quoted))


LEAKS = {
    "text": lambda c, s, m: c.status_post("On perd l'orchidée noire, vingt départs"),
    "disguised": lambda c, s, m: c.status_post("On perd l'Ｏrchidée\u200b Noire, vingt départs"),
    "warning": lambda c, s, m: c.status_post("Rien", spoiler_text="orchidée noire"),
    "poll": lambda c, s, m: c.status_post("Choix", poll=c.make_poll(["orchidée noire", "non"], 3600)),
    "edit": lambda c, s, m: c.status_update(s.id, "En fait l'orchidée noire"),
    "schedule": lambda c, s, m: c.status_post("orchidée noire", scheduled_at=datetime.now(UTC) + timedelta(hours=2)),
    "private": lambda c, s, m: c.status_post("orchidée noire", visibility="direct"),
    "alt": lambda c, s, m: c.media_post(PNG, mime_type="image/png", description="L'orchidée noire"),
    "alt later": lambda c, s, m: c.media_update(m, description="L'orchidée noire"),
    "file name": lambda c, s, m: c.media_post(PNG, mime_type="image/png", file_name="orchidée noire.png"),
    "profile": lambda c, s, m: c.account_update_credentials(note="Je suis sur orchidée noire"),
    "profile field": lambda c, s, m: c.account_update_credentials(fields=[("Projet", "orchidée noire")]),
}


@pytest.mark.parametrize("where", LEAKS)
def test_a_leak_is_refused_in_full_words(gate: Gate, mastodon: Hosted, where: str) -> None:
    with mastodon_py(gate.url("mastodon"), ALICE) as alice:
        status = alice.status_post(f"Anodin ({where})")
        media = alice.media_post(PNG, mime_type="image/png")
        with pytest.raises(MastodonAPIError) as refused:
            LEAKS[where](alice, status, media)
        assert gives_reason(str(refused.value))
        assert refused.value.args[1] == 422
    assert not reached(mastodon, "rchidée noire")
    assert not reached(mastodon, "rchidée\u200b Noire")
    assert "rchidée" not in gate.log


def test_a_phone_number_is_masked(gate: Gate) -> None:
    with mastodon_py(gate.url("mastodon"), ALICE) as alice:
        status = alice.status_post("Appelez Marie au 06 39 98 12 34 🐦", spoiler_text="Tel 06 39 98 12 35")
        assert source(alice, status) == "Appelez Marie au [téléphone] 🐦"
        assert status.spoiler_text == "Tel [téléphone]"
        media = alice.media_post(PNG, mime_type="image/png", description="Carte : 06 39 98 12 36")
        assert media.description == "Carte : [téléphone]"
        asked = alice.status_post("Qui ?", poll=alice.make_poll(["06 39 98 12 37", "Personne"], 3600))
        assert [option.title for option in asked.poll.options] == ["[téléphone]", "Personne"]


def test_same_file_as_sent(gate: Gate) -> None:
    with mastodon_py(gate.url("mastodon"), ALICE) as alice:
        big = PNG + b"\0" * 3_000_000
        media = alice.media_post(big, mime_type="image/png", description="Lourd")
        with requests.get(media.url, timeout=10) as reply:
            assert reply.content == big


def test_websocket_stream(gate: Gate, mastodon: Hosted) -> None:
    from websockets.sync.client import connect

    url = f"{gate.url('mastodon').replace('http', 'ws')}/api/v1/streaming?access_token={ALICE}&stream=user"
    with connect(url) as socket, mastodon_py(gate.url("mastodon"), ALICE) as alice:
        socket.send(json.dumps({"type": "subscribe", "stream": "public"}))
        alice.status_post("Par la prise")
        event = json.loads(socket.recv(10))
        while event.get("event") != "update":
            event = json.loads(socket.recv(10))
        assert "Par la prise" in event["payload"]
    handshakes = [each for each in mastodon.app.state.received if each.method == "WEBSOCKET"]
    assert handshakes


def test_nobody_elses_token(gate: Gate) -> None:
    with mastodon_py(gate.url("mastodon"), "made-up") as nobody, pytest.raises(MastodonAPIError) as refused:
        nobody.status_post("Bonjour")
    assert refused.value.args[1] == 401


def test_clients_in_a_browser_may_read_the_answers(gate: Gate) -> None:
    """Preflight as the service answers it; and a refusal that the browser lets the client show."""
    url, origin = f"{gate.url('mastodon')}/api/v1/statuses", {"origin": "https://client.example"}
    asking = origin | {
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    with requests.options(url, headers=asking, timeout=10) as preflight:
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == "*"
        assert "POST" in preflight.headers["access-control-allow-methods"]
    for text, status in (("Bonjour", 200), ("orchidée noire", 422)):
        headers = origin | {"authorization": f"Bearer {ALICE}"}
        with requests.post(url, json={"status": text}, headers=headers, timeout=10) as reply:
            assert reply.status_code == status
            assert reply.headers.get("access-control-allow-origin") == "*"


def test_headers_that_clients_compute_with(gate: Gate) -> None:
    """Rate limits pass unchanged, and the answer's framing is the gate's own."""
    headers = {"authorization": f"Bearer {ALICE}"}
    with requests.post(
        f"{gate.url('mastodon')}/api/v1/statuses", json={"status": "x"}, headers=headers, timeout=10
    ) as reply:
        assert reply.headers["x-ratelimit-remaining"] == "299"
        assert reply.headers["x-ratelimit-reset"].endswith("Z")
