"""A held post: the author is told the case, a person decides, the author sends it again, and it passes once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tweepy
from atproto.exceptions import BadRequestError
from mastodon import Mastodon, MastodonAPIError

from tests.gate import Door, Gate
from tests.servers.bluesky import PASSWORD, Pds
from tests.servers.clients import ALICE, BRUNO, PNG, bluesky_py, mastodon_py, tweepy_client
from tests.servers.host import Hosted


def texts(mastodon: Hosted) -> list[str]:
    return [each.text for each in mastodon.app.state.world.statuses.values()]


def held(client: Mastodon, text: str, **more) -> str:
    """Post what is held; the case's number, from the words that the author reads."""
    with pytest.raises(MastodonAPIError) as refused:
        client.status_post(text, **more)
    assert refused.value.args[1] == 422
    return case_of(refused.value)


def case_of(message: object) -> str:
    found = re.search(r"\b(\d{4,})\b", str(message).replace("422", "").replace("400", "").replace("403", ""))
    assert found, message
    return found[1]


def review(gate: Gate, *words: str) -> str:
    done = gate.guard("review", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_approved_as_written_passes_once(gate: Gate, mastodon: Hosted) -> None:
    text = "Le projet Zéphyr est lancé, un"
    with mastodon_py(gate.url("mastodon"), ALICE) as alice:
        case = held(alice, text)
        assert text not in texts(mastodon)
        assert case in review(gate, "list")
        assert text in review(gate, "show", case)
        assert held(alice, text) == case, "the same post again is the same case"
        review(gate, "approve", case)
        alice.status_post(text)
        assert texts(mastodon).count(text) == 1
        again = held(alice, text)
        assert again != case
        assert texts(mastodon).count(text) == 1


def test_approval_is_for_this_post_of_this_person(gate: Gate, mastodon: Hosted) -> None:
    text = "Le projet Zéphyr est lancé, deux"
    with mastodon_py(gate.url("mastodon"), ALICE) as alice, mastodon_py(gate.url("mastodon"), BRUNO) as bruno:
        case = held(alice, text, visibility="unlisted")
        review(gate, "approve", case)
        assert held(bruno, text, visibility="unlisted") != case
        assert held(alice, text, visibility="public") != case
        assert held(alice, f"{text} !", visibility="unlisted") != case
        assert held(alice, text, visibility="unlisted", spoiler_text="Oh") != case
        assert text not in texts(mastodon)
        alice.status_post(text, visibility="unlisted")
        assert texts(mastodon).count(text) == 1


def test_a_file_uploaded_anew_is_the_same_file(gate: Gate) -> None:
    text = "Le projet Zéphyr en image"
    with mastodon_py(gate.url("mastodon"), ALICE) as alice:
        case = held(alice, text, media_ids=[alice.media_post(PNG, mime_type="image/png")])
        review(gate, "approve", case)
        assert held(alice, text, media_ids=[alice.media_post(PNG + b"x", mime_type="image/png")]) != case
        status = alice.status_post(text, media_ids=[alice.media_post(PNG, mime_type="image/png")])
        assert status.media_attachments


def test_approved_redacted(gate: Gate) -> None:
    text = "Projet Zéphyr : appelez le 06 39 98 12 34"
    with mastodon_py(gate.url("mastodon"), ALICE) as alice:
        review(gate, "approve", held(alice, text), "--form", "redacted")
        status = alice.status_post(text)
        sent = alice.status_source(status).text
    assert "06 39" not in sent
    assert "Zéphyr" not in sent
    assert "appelez le [téléphone]" in sent


def test_approved_edited(gate: Gate) -> None:
    text = "Le projet Zéphyr arrive lundi"
    with mastodon_py(gate.url("mastodon"), ALICE) as alice:
        review(gate, "approve", held(alice, text), "--edit", "Une nouveauté arrive lundi")
        status = alice.status_post(text)
        assert alice.status_source(status).text == "Une nouveauté arrive lundi"


def test_rejected(gate: Gate, mastodon: Hosted) -> None:
    text = "Le projet Zéphyr, refusé"
    with mastodon_py(gate.url("mastodon"), ALICE) as alice:
        case = held(alice, text)
        review(gate, "reject", case, "--reason", "trop tôt")
        with pytest.raises(MastodonAPIError):
            alice.status_post(text)
        assert gate.guard("review", "approve", case).returncode == 2
    assert text not in texts(mastodon)


def test_held_on_x(gate: Gate, x_service: Hosted) -> None:
    text = "Project Zephyr is live"
    with tweepy_client(gate.url("x"), ALICE) as client:
        with pytest.raises(tweepy.Forbidden) as refused:
            client.create_tweet(text=text, user_auth=False)
        review(gate, "approve", case_of(refused.value))
        made = client.create_tweet(text=text, user_auth=False).data
    assert x_service.app.state.tweets[made["id"]]["text"] == text


@pytest.mark.real
def test_held_on_bluesky(bluesky_gate: Gate, pds: Pds) -> None:
    handle, text = pds.account(), "Project Zephyr is live"
    with bluesky_py(bluesky_gate.url("atproto"), handle, PASSWORD) as client:
        with pytest.raises(BadRequestError) as refused:
            client.send_post(text)
        assert pds.records(handle) == []
        review(bluesky_gate, "approve", case_of(refused.value))
        client.send_post(text)  # with another createdAt: the approval is not bound to it
    assert [each["value"]["text"] for each in pds.records(handle)] == [text]


def test_audit_log_tells_all_of_it_and_holds_no_text(gate: Gate, tmp_path: Path) -> None:
    with mastodon_py(gate.url("mastodon"), ALICE) as alice:
        alice.status_post("Une phrase tout à fait reconnaissable")
        held(alice, "Le projet Zéphyr, pour le journal")
    folder = tmp_path / "export"
    exported = gate.guard("audit", "export", "--output", str(folder))
    assert exported.returncode == 0, exported.stderr
    assert gate.guard("audit", "verify", str(folder)).returncode == 0
    files = [each for each in folder.rglob("*") if each.is_file()]
    for file in files:
        kept = file.read_bytes()
        assert b"reconnaissable" not in kept
        assert "Zéphyr".encode() not in kept
        assert ALICE.encode() not in kept
    for file in files:
        kept = file.read_bytes()
        for place in {0, len(kept) // 2, len(kept) - 1} if kept else set():
            file.write_bytes(kept[:place] + bytes([kept[place] ^ 1]) + kept[place + 1 :])
            verdict = gate.guard("audit", "verify", str(folder))
            assert verdict.returncode != 0, (file.name, place)
            assert "Traceback" not in verdict.stderr, (file.name, place)
        file.write_bytes(kept)
    assert gate.guard("audit", "verify", str(folder)).returncode == 0
    assert "reconnaissable" not in gate.log
    assert "phyr" not in gate.log


def test_a_refusal_names_the_page_to_ask_at_for_who_can_sign_in_there(mastodon: Hosted, tmp_path: Path) -> None:
    people = (
        '[person."Alice"]\naccounts = ["mastodon:alice@127.0.0.1", "console:alice"]\n'
        '[person."Bruno"]\naccounts = ["mastodon:bruno@127.0.0.1"]\n'
    )
    (tmp_path / "authors.toml").write_text(people, "utf-8")
    more = 'public_url = "https://guard.example.com"\n[authors]\nfile = "authors.toml"'
    gate = Gate(tmp_path, Door("mastodon", mastodon.url), more=more).start()
    told = {}
    try:
        for name, token in (("alice", ALICE), ("bruno", BRUNO)):
            with mastodon_py(gate.url("mastodon"), token) as client, pytest.raises(MastodonAPIError) as refused:
                client.status_post("L'orchidée noire est morte")
            told[name] = str(refused.value.args[3])
    finally:
        gate.stop()
    assert told["alice"].endswith("ou la règle se trompe\u00a0? https://guard.example.com/mine")
    assert "guard.example.com" not in told["bruno"]
