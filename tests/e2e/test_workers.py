"""A gate of several processes keeps the promises of one: once sent, recorded first, whole after any of them is killed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from guard.sandbox.app import build_sandbox
from tests.e2e.test_faults import BEARER, kill_between_commit_and_answer, post, published, verified
from tests.gate import Door, Gate, accepts, wait_for
from tests.servers.clients import ALICE, PNG
from tests.servers.faulty import Faulty
from tests.servers.host import Hosted


@pytest.fixture
def mastodon() -> Iterator[Hosted]:
    """A service of each test's own: a page full of statuses of these seconds could not show what is not there."""
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
def crew(relay: Faulty, tmp_path: Path) -> Iterator[Gate]:
    """A gate with three worker processes."""
    more = "[gateway]\nworkers = 3\n"
    running = Gate(tmp_path / "gate", Door("mastodon", relay.url, timeout_s=2), more=more).start()
    yield running
    running.stop()


def workers(gate: Gate) -> list[int]:
    """Process ids of the gate's children."""
    assert gate._process is not None
    told = subprocess.run(
        ["pgrep", "-P", str(gate._process.pid)], capture_output=True, text=True, timeout=10, check=True
    )
    return [int(line) for line in told.stdout.split()]


def at_once(gate: Gate, texts: list[str], **headers: str) -> list[requests.Response]:
    """Each on a connection of its own, so that every worker gets some."""
    with ThreadPoolExecutor(len(texts)) as pool:
        return list(pool.map(lambda text: post(gate, text, **headers), texts))


@pytest.mark.parametrize("acted", [True, False])
def test_the_whole_gate_killed_while_sending(
    crew: Gate, relay: Faulty, mastodon: Hosted, tmp_path: Path, acted: bool
) -> None:
    text = f"Pendant la coupure {acted} {tmp_path.name}"
    assert post(crew, f"Avant {text}").status_code == 200
    left = workers(crew)
    mode = "act_then_stall" if acted else "stall"
    kill_between_commit_and_answer(crew, relay, mode, lambda: post(crew, text))
    wait_for(lambda: not any(alive(pid) for pid in left), 5, "the workers to notice")
    crew.start()
    reply = post(crew, text)
    assert reply.status_code == 200, reply.text
    assert published(mastodon, text) == 1
    verified(crew, tmp_path / "export")


def test_many_posts_over_all_workers(crew: Gate, mastodon: Hosted, tmp_path: Path) -> None:
    assert len(workers(crew)) == 3
    texts = [f"Bonjour {number} {tmp_path.name}" for number in range(24)]
    assert {reply.status_code for reply in at_once(crew, texts)} == {200}
    assert [published(mastodon, text) for text in texts] == [1] * 24
    console = f"http://127.0.0.1:{crew.console_port}/metrics"

    def counted() -> bool:
        shown = requests.get(console, timeout=10).text
        return re.search(r'guard_decisions_total\{action="allow",network="mastodon"\} 24\.0', shown) is not None

    wait_for(counted, 5, "all workers' posts to be counted")
    verified(crew, tmp_path / "export")


@pytest.mark.parametrize("key", ["", "k-"])
def test_the_same_post_at_once_is_published_once(crew: Gate, mastodon: Hosted, tmp_path: Path, key: str) -> None:
    text = f"Une seule fois {key}{tmp_path.name}"
    headers = {"idempotency-key": f"{key}{tmp_path.name}"} if key else {}
    replies = at_once(crew, [text] * 16, **headers)
    assert {reply.status_code for reply in replies} == {200}
    ids = Counter(reply.json()["id"] for reply in replies)
    # Without a key, one that comes once the first is answered is a post of its own
    assert published(mastodon, text) == len(ids)
    assert len(ids) == 1 if key else len(ids) < 16
    verified(crew, tmp_path / "export")


def test_an_approved_post_passes_once(crew: Gate, mastodon: Hosted, tmp_path: Path) -> None:
    text = f"Le projet Zéphyr, une seule fois, {tmp_path.name}"
    replies = at_once(crew, [text] * 6)
    assert {reply.status_code for reply in replies} == {422}
    numbers = {re.search(r"\b1\d{3}\b", reply.json()["error"])[0] for reply in replies}  # type: ignore[index]
    assert numbers == {"1001"}, "one case for one post, whichever worker asked"
    approved = crew.guard("review", "approve", "1001")
    assert approved.returncode == 0, approved.stderr
    passed = [reply for reply in at_once(crew, [text] * 6) if reply.status_code == 200]
    assert passed
    assert len({reply.json()["id"] for reply in passed}) == 1
    assert published(mastodon, text) == 1
    verified(crew, tmp_path / "export")


def test_an_upload_by_one_worker_is_known_to_the_others(crew: Gate, tmp_path: Path) -> None:
    url = crew.url("mastodon")
    for attempt in range(6):
        files = {"file": ("a.png", PNG, "image/png")}
        with requests.post(f"{url}/api/v2/media", files=files, headers=BEARER, timeout=20) as upload:
            status = {"status": f"Avec image {attempt} {tmp_path.name}", "media_ids": [upload.json()["id"]]}
        with requests.post(f"{url}/api/v1/statuses", json=status, headers=BEARER, timeout=20) as reply:
            assert reply.status_code == 200, reply.text
    verified(crew, tmp_path / "export")
    assert b"unknown:" not in b"".join(file.read_bytes() for file in (tmp_path / "export").rglob("*") if file.is_file())


def test_a_worker_killed_while_sending_ends_the_gate(
    crew: Gate, relay: Faulty, mastodon: Hosted, tmp_path: Path
) -> None:
    text = f"Un de moins {tmp_path.name}"
    process = crew._process
    assert process is not None

    def kill_workers() -> None:
        for pid in workers(crew):
            os.kill(pid, signal.SIGKILL)
        process.wait(15)

    crew.kill = kill_workers  # type: ignore[method-assign]
    kill_between_commit_and_answer(crew, relay, "act_then_stall", lambda: post(crew, text))
    assert process.returncode == 3
    assert told(crew, "stopping") == [{"level": "warning", "why": "a worker ended"}]
    assert [(each["level"], each["exit_code"]) for each in told(crew, "stopped")] == [("warning", 3)]
    crew.start()
    assert text in post(crew, text).json()["content"]
    assert published(mastodon, text) == 1
    verified(crew, tmp_path / "export")


def test_what_is_in_flight_is_finished_at_a_polite_stop(crew: Gate, relay: Faulty, tmp_path: Path) -> None:
    left = workers(crew)
    process = crew._process
    assert process is not None
    texts = [f"Juste avant la fin {number} {tmp_path.name}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        sending = [pool.submit(post, crew, text) for text in texts]
        for pid in (process.pid, *left):  # as a supervisor does, which signals all
            os.kill(pid, signal.SIGTERM)
        statuses = set()
        for one in sending:
            try:
                statuses.add(one.result().status_code)
            except requests.RequestException:
                pass  # it came too late
    assert statuses <= {200}
    assert process.wait(15) == 0
    crew._process = None
    assert told(crew, "stopping") == [{"level": "info", "signal": "SIGTERM"}]
    assert told(crew, "stopped") == [{"level": "info", "exit_code": 0}]
    assert not any(alive(pid) for pid in left)
    verified(crew, tmp_path / "export")


def test_a_port_in_use_is_told_at_once(crew: Gate, tmp_path: Path, mastodon: Hosted) -> None:
    other = Gate(tmp_path / "other", Door("mastodon", mastodon.url), more="[gateway]\nworkers = 2\n")
    settings = tmp_path / "other" / "guard.toml"
    settings.write_text(
        settings.read_text("utf-8").replace(str(other.ports["mastodon"]), str(crew.ports["mastodon"])), "utf-8"
    )
    said = other.guard("serve", "--config", "guard.toml")
    assert said.returncode == 2
    assert "cannot listen on" in said.stderr
    lines = [json.loads(line) for line in said.stderr.splitlines()]
    (failed,) = (line for line in lines if line["event"] == "start-failed")
    assert (failed["level"], failed["exit_code"], failed["problems"]) == ("warning", 2, 1)
    assert accepts(crew.ports["mastodon"])


def told(gate: Gate, event: str) -> list[dict[str, object]]:
    """Facts of the lines of the gate's log with this event."""
    lines = [json.loads(line) for line in gate.log.splitlines()]
    return [
        {name: line[name] for name in line if name not in {"time", "event"}} for line in lines if line["event"] == event
    ]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
