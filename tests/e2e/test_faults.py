"""What goes wrong: the gate is killed, the service breaks off, the disk is full. Nothing is lost and nothing sent twice."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from guard.sandbox.app import build_sandbox
from tests.gate import Door, Gate, wait_for
from tests.servers.bluesky import PASSWORD, Pds
from tests.servers.clients import ALICE, PNG
from tests.servers.faulty import Faulty
from tests.servers.host import Hosted

BEARER = {"authorization": f"Bearer {ALICE}"}


@pytest.fixture(scope="module")
def mastodon() -> Iterator[Hosted]:
    """A service of its own: where an author has just posted forty other things, none can tell whether one arrived."""
    hosted = Hosted(lambda url: build_sandbox(strict=True, base_url=url))
    hosted.app.state.world.give(ALICE, "alice")
    yield hosted
    hosted.stop()


@pytest.fixture
def relay(mastodon: Hosted) -> Iterator[Faulty]:
    faulty = Faulty(mastodon.url)
    yield faulty
    faulty.stop()


@pytest.fixture
def shaky(relay: Faulty, tmp_path: Path) -> Iterator[Gate]:
    """A gate of its own whose service can be made to misbehave."""
    running = Gate(tmp_path / "gate", Door("mastodon", relay.url, timeout_s=2)).start()
    yield running
    running.stop()


def published(mastodon: Hosted, text: str) -> int:
    return sum(each.text == text for each in mastodon.app.state.world.statuses.values())


def post(gate: Gate, text: str, **headers: str) -> requests.Response:
    """Post once, on a connection of its own."""
    url = f"{gate.url('mastodon')}/api/v1/statuses"
    with requests.post(url, json={"status": text}, headers=BEARER | headers, timeout=20) as reply:
        assert reply.headers["content-type"].startswith("application/json"), reply.text
        assert reply.json()
        return reply


def verified(gate: Gate, folder: Path) -> None:
    """The audit log is whole."""
    exported = gate.guard("audit", "export", "--output", str(folder))
    assert exported.returncode == 0, exported.stderr
    checked = gate.guard("audit", "verify", str(folder))
    assert checked.returncode == 0, checked.stderr


def kill_between_commit_and_answer(gate: Gate, relay: Faulty, mode: str, send) -> None:
    """Kill the gate while the service holds the request, which the gate has recorded by then."""
    relay.fail(mode)
    failures: list[BaseException] = []

    def try_it() -> None:
        try:
            send()
        except requests.RequestException as error:
            failures.append(error)

    sending = threading.Thread(target=try_it)
    sending.start()
    assert relay.reached.wait(10), gate.log
    gate.kill()
    sending.join(10)
    assert failures, "the client cannot have had an answer"
    relay.heal()


@pytest.mark.parametrize("acted", [True, False])
@pytest.mark.parametrize("key", ["", "same-key"])
def test_killed_while_sending(
    shaky: Gate, relay: Faulty, mastodon: Hosted, tmp_path: Path, acted: bool, key: str
) -> None:
    text = f"Pendant la coupure {acted} {key} {tmp_path.name}"
    headers = {"idempotency-key": f"{key}-{tmp_path.name}"} if key else {}
    assert post(shaky, f"Avant {text}").status_code == 200
    mode = "act_then_stall" if acted else "stall"
    kill_between_commit_and_answer(shaky, relay, mode, lambda: post(shaky, text, **headers))
    assert published(mastodon, text) == acted
    shaky.start()
    relay.seen.clear()
    reply = post(shaky, text, **headers)
    assert reply.status_code == 200, reply.text
    assert text in reply.json()["content"]
    assert published(mastodon, text) == 1
    looked = [
        index for index, (method, path) in enumerate(relay.seen) if method == "GET" and path.endswith("/statuses")
    ]
    sent = [index for index, (method, _) in enumerate(relay.seen) if method == "POST"]
    assert looked, "the service is asked before anything is sent again"
    assert len(sent) == (0 if acted else 1)
    assert not sent or looked[0] < sent[0]
    verified(shaky, tmp_path / "export")


@pytest.mark.parametrize("mode", ["reset", "half", "garbage", "stall"])
def test_a_service_that_breaks_off(shaky: Gate, relay: Faulty, mastodon: Hosted, mode: str, tmp_path: Path) -> None:
    text = f"Panne {mode} {tmp_path.name}"
    assert post(shaky, f"Avant {text}").status_code == 200
    relay.fail(mode)
    reply = post(shaky, text)
    assert reply.status_code in {502, 504}
    assert reply.json()["error"]
    relay.heal()
    again = post(shaky, text)
    assert again.status_code == 200, again.text
    assert published(mastodon, text) == 1, "sent again only after a look at the service"
    verified(shaky, tmp_path / "export")


def test_a_service_that_acts_and_then_breaks_off(shaky: Gate, relay: Faulty, mastodon: Hosted, tmp_path: Path) -> None:
    text = f"Fait mais pas dit {tmp_path.name}"
    relay.fail("act_then_reset", "/api/v1/statuses")
    assert post(shaky, text).status_code in {502, 504}
    relay.heal()
    assert text in post(shaky, text).json()["content"]
    assert published(mastodon, text) == 1


def told(gate: Gate, event: str) -> list[dict[str, object]]:
    """Lines of the gate's log with this event; every line has its shape."""
    lines = [json.loads(line) for line in gate.log.splitlines()]
    assert all(datetime.fromisoformat(str(line["time"])) and line["level"] and line["event"] for line in lines)
    return [line for line in lines if line["event"] == event]


def test_a_service_that_is_down(shaky: Gate, relay: Faulty, tmp_path: Path) -> None:
    relay.stop()
    reply = post(shaky, f"Personne {tmp_path.name}")
    assert reply.status_code in {502, 503, 504}
    assert reply.json()["error"]
    with requests.get(f"{shaky.url('mastodon')}/api/v1/timelines/home", headers=BEARER, timeout=20) as read:
        assert read.status_code in {502, 504}
        assert read.json()["error"]
    wait_for(lambda: told(shaky, "upstream-not-reached"), 5, shaky.log)
    (line,) = told(shaky, "upstream-not-reached")
    assert (line["step"], line["listener"], line["requests"]) == ("begins", "mastodon", 1)
    assert ALICE not in shaky.log
    assert "Personne" not in shaky.log
    verified(shaky, tmp_path / "export")


def test_a_service_that_comes_back(shaky: Gate, relay: Faulty, tmp_path: Path) -> None:
    relay.fail("reset")
    assert [post(shaky, f"Absent {number} {tmp_path.name}").status_code // 100 for number in range(3)] == [5, 5, 5]
    relay.heal()
    assert post(shaky, f"De retour {tmp_path.name}").status_code == 200
    wait_for(lambda: told(shaky, "upstream-reached-again"), 5, shaky.log)
    (line,) = told(shaky, "upstream-reached-again")
    assert line["requests"] == 3
    assert len(told(shaky, "upstream-not-reached")) == 1


def test_a_leak_is_refused_though_the_service_is_down(shaky: Gate, relay: Faulty) -> None:
    assert post(shaky, "Bonjour").status_code == 200
    relay.stop()
    assert post(shaky, "L'orchidée noire").status_code == 422


def test_the_disk_is_full(mastodon: Hosted, tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate", Door("mastodon", mastodon.url)).start(largest_file=600_000)
    passed = []
    try:
        for number in range(400):
            text = f"Plein {number} {tmp_path.name}"
            reply = post(gate, text)
            if reply.status_code != 200:
                break
            passed.append(text)
        assert reply.status_code == 503, reply.text
        assert reply.json()["error"]
        assert published(mastodon, text) == 0, "what cannot be recorded is not sent"
        assert post(gate, "L'orchidée noire").status_code in {422, 503}
        held = post(gate, "Le projet Zéphyr, disque plein")
        assert held.status_code == 503, "a hold that cannot be stored is no hold"
        wait_for(lambda: told(gate, "store-not-written"), 5, gate.log)
        (line,) = told(gate, "store-not-written")
        assert line["step"] == "begins"
        assert line["why"]
    finally:
        gate.stop()
    assert passed, "the disk was full from the start"
    assert all(published(mastodon, each) == 1 for each in passed)
    gate.start()
    try:
        assert post(gate, text).status_code == 200, "with room again, all goes on"
        assert published(mastodon, text) == 1
        verified(gate, tmp_path / "export")
    finally:
        gate.stop()


def test_stopped_politely(mastodon: Hosted, tmp_path: Path) -> None:
    """A client that follows a stream does not keep the gate from stopping, and nothing is half written."""
    gate = Gate(tmp_path / "gate", Door("mastodon", mastodon.url)).start()
    assert post(gate, f"Dernier {tmp_path.name}").status_code == 200
    stream = f"{gate.url('mastodon')}/api/v1/streaming/public"
    with requests.get(stream, headers=BEARER, stream=True, timeout=20) as following:
        assert next(following.iter_content(1)) == b":"
        assert gate.stop() == 0
    assert "Traceback" not in gate.log
    gate.start()
    try:
        verified(gate, tmp_path / "export")
    finally:
        gate.stop()


def moment(when: str) -> str:
    """A client's own idea of the time: imports are backdated, and clocks are wrong."""
    now = datetime.now(UTC)
    return (now - timedelta(days=300) if when == "backdated" else now).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.mark.real
@pytest.mark.parametrize("when", ["now", "backdated"])
@pytest.mark.parametrize("acted", [True, False])
def test_killed_while_sending_to_bluesky(pds: Pds, tmp_path: Path, acted: bool, when: str) -> None:
    handle = pds.account()
    relay = Faulty(pds.url)
    gate = Gate(tmp_path / "gate", Door("atproto", relay.url, timeout_s=5)).start()
    try:
        url = f"{gate.url('atproto')}/xrpc"
        credentials = {"identifier": handle, "password": PASSWORD}
        with requests.post(f"{url}/com.atproto.server.createSession", json=credentials, timeout=20) as reply:
            session = reply.json()
        record = {"$type": "app.bsky.feed.post", "text": "Coupé net", "createdAt": moment(when)}
        body = {"repo": session["did"], "collection": "app.bsky.feed.post", "record": record}

        def send() -> requests.Response:
            bearer = {"authorization": f"Bearer {session['accessJwt']}"}
            with requests.post(f"{url}/com.atproto.repo.createRecord", json=body, headers=bearer, timeout=20) as reply:
                reply.json()
                return reply

        kill_between_commit_and_answer(gate, relay, "act_then_stall" if acted else "stall", send)
        assert len(pds.records(handle)) == acted
        gate.start()
        record["createdAt"] = moment(when)  # a client that tries again makes it anew
        again = send()
        assert again.status_code == 200, again.text
        (kept,) = pds.records(handle)
        assert again.json()["uri"] == kept["uri"]
        verified(gate, tmp_path / "export")
    finally:
        gate.stop()
        relay.stop()


@pytest.mark.parametrize("acted", [True, False])
def test_killed_while_sending_to_x(x_service: Hosted, tmp_path: Path, acted: bool) -> None:
    text = f"Coupé net {acted} {tmp_path.name}"
    relay = Faulty(x_service.url)
    gate = Gate(tmp_path / "gate", Door("x", relay.url, timeout_s=5)).start()
    try:

        def send() -> requests.Response:
            with requests.post(f"{gate.url('x')}/2/tweets", json={"text": text}, headers=BEARER, timeout=20) as reply:
                reply.json()
                return reply

        kill_between_commit_and_answer(gate, relay, "act_then_stall" if acted else "stall", send)
        gate.start()
        again = send()
        assert again.status_code in {200, 201}, again.text
        assert again.json()["data"]["text"] == text
        assert sum(each["text"] == text for each in x_service.app.state.tweets.values()) == 1
    finally:
        gate.stop()
        relay.stop()


def test_killed_in_the_middle_of_many(shaky: Gate, mastodon: Hosted, tmp_path: Path) -> None:
    """Whatever reached the service stands in the log; whatever was told to be sent reached the service."""
    told: list[str] = []

    def keep_posting(thread: int) -> None:
        with contextlib.suppress(requests.RequestException):
            for number in range(1000):
                text = f"Salve {thread}.{number} {tmp_path.name}"
                if post(shaky, text).status_code == 200:
                    told.append(text)

    threads = [threading.Thread(target=keep_posting, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    wait_for(lambda: len(told) >= 60, 30, "sixty posts")
    shaky.kill()
    for thread in threads:
        thread.join(20)
    shaky.start()
    texts = [each.text for each in mastodon.app.state.world.statuses.values() if tmp_path.name in each.text]
    assert len(texts) == len(set(texts))
    assert set(told) <= set(texts)
    entries = shaky.guard("audit", "search", "--kind", "decision", "--limit", "100000", "--format", "json")
    assert entries.returncode == 0, entries.stderr
    assert len(json.loads(entries.stdout)) >= len(texts)
    verified(shaky, tmp_path / "export")


def test_files_that_nothing_reads_can_be_held(mastodon: Hosted, tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate", Door("mastodon", mastodon.url), more='[media]\nunread = "hold"').start()
    try:
        url, before = f"{gate.url('mastodon')}/api/v2/media", len(mastodon.app.state.world.media)
        with requests.post(url, files={"file": ("a.png", PNG, "image/png")}, headers=BEARER, timeout=20) as reply:
            assert reply.status_code == 422, reply.text
            assert reply.json()["error"]
        assert len(mastodon.app.state.world.media) == before
        (case,) = json.loads(gate.guard("review", "list", "--format", "json").stdout)
        assert gate.guard("review", "approve", str(case["case"])).returncode == 0
        with requests.post(url, files={"file": ("a.png", PNG, "image/png")}, headers=BEARER, timeout=20) as reply:
            assert reply.status_code == 200, reply.text
    finally:
        gate.stop()


def test_many_at_once_and_the_same_key(mastodon: Hosted, tmp_path: Path) -> None:
    """Sixteen clients post at once, all with one idempotency key: one status, and everyone is told of it."""
    gate = Gate(tmp_path / "gate", Door("mastodon", mastodon.url)).start()
    text, answers = f"En même temps {tmp_path.name}", []

    def send() -> None:
        with contextlib.suppress(requests.RequestException):
            answers.append(post(gate, text, **{"idempotency-key": tmp_path.name}))

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    gate.stop()
    assert {each.status_code for each in answers} == {200}
    assert len(answers) == 16
    assert len({json.loads(each.text)["id"] for each in answers}) == 1
    assert published(mastodon, text) == 1
