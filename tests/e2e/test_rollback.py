"""The store of a real gate is deleted, or put back from an older copy, while its keys stay: it does not go on unasked."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
import requests

from guard.audit.keys import load_keys
from guard.audit.noted import NAME
from guard.settings.load import Settings
from guard.wiring.heart import user_cache
from tests.gate import Door, Gate, environment, guard_command, wait_for
from tests.servers.clients import ALICE
from tests.servers.host import Hosted, free_port


@pytest.fixture(params=["", "[gateway]\nworkers = 2\n"], ids=["one process", "two workers"])
def gate(request: pytest.FixtureRequest, mastodon: Hosted, tmp_path: Path):
    made = Gate(tmp_path / "gate", Door("mastodon", mastodon.url), more=request.param)
    yield made
    made.stop()


def post(gate: Gate, text: str) -> None:
    url, headers = (
        f"{gate.url('mastodon')}/api/v1/statuses",
        {"authorization": f"Bearer {ALICE}", "connection": "close"},
    )
    assert requests.post(url, json={"status": text}, headers=headers, timeout=20).status_code == 200


def noted(gate: Gate) -> int:
    """Entries of the checkpoint beside the keys."""
    return int((gate.folder / "var" / "keys" / NAME).read_text().split("\n")[1])


def entries(gate: Gate) -> int:
    shown = gate.guard("audit", "verify", "--format", "json")
    assert shown.returncode == 0, shown.stderr
    return json.loads(shown.stdout)["entries"]


def refused(gate: Gate) -> str:
    """What a gate says that does not start; as a service manager would start it."""
    command = [*guard_command(), "serve", "--config", "guard.toml"]
    began = time.monotonic()
    ended = subprocess.run(
        command, cwd=gate.folder, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1, ended.stderr
    assert time.monotonic() - began < 20, "before it compiles"
    return ended.stderr


def three_ports() -> int:
    """The first of three free ones."""
    while True:
        first = free_port()
        try:
            for port in (first + 1, first + 2):
                socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return first


def away(store: Path) -> None:
    """With its journals, as the page on restoring says: SQLite would put what they hold into the next file of that name."""
    for path in store.parent.glob(f"{store.name}*"):
        path.unlink()


def test_a_store_that_is_gone_or_older_does_not_go_on_unasked(gate: Gate, tmp_path: Path) -> None:
    store = gate.folder / "var" / "guard.db"
    gate.start()
    wait_for((store.parent / "keys" / NAME).exists)
    assert noted(gate) >= 1
    post(gate, "Bonjour un")
    assert gate.guard("backup", str(tmp_path / "backup")).returncode == 0
    post(gate, "Bonjour deux")
    assert gate.stop() == 0
    size = noted(gate)
    assert size == entries(gate), "a clean stop notes the last entry"

    newest = tmp_path / "newest"
    assert gate.guard("backup", str(newest)).returncode == 0
    away(store)
    assert f"it had {size} entries" in refused(gate)
    assert not store.exists()

    shutil.copy(tmp_path / "backup" / "guard.db", store)
    told = refused(gate)
    assert f"and it had {size} when" in told
    assert "guard audit accept-loss" in told

    accepted = gate.guard("audit", "accept-loss", "--reason", "tried it", "--by", "marie")
    assert accepted.returncode == 0, accepted.stderr
    gate.start()
    post(gate, "Bonjour trois")
    assert gate.guard("audit", "accept-loss", "--reason", "again").returncode == 2, "a gate runs"
    (entry,) = json.loads(gate.guard("audit", "search", "--kind", "loss", "--format", "json").stdout)
    assert (entry["data"]["noted"]["size"], entry["reason"]) == (size, "tried it")
    gate.kill()
    assert entries(gate) > noted(gate), "what came since is in the store alone"

    gate.start()  # a crash loses nothing, so nobody is asked
    assert gate.stop() == 0
    assert noted(gate) == entries(gate)

    away(store)
    shutil.copy(newest / "guard.db", store)  # found again: now it is this one that lacks what was recorded since
    assert f"at {size} entries, and it had {noted(gate)} when" in refused(gate)


@pytest.mark.parametrize("gate", [""], ids=["one process"], indirect=True)
def test_a_disk_that_cannot_take_it_only_warns(gate: Gate) -> None:
    (gate.folder / "var" / "keys").mkdir(mode=0o700, parents=True)
    (gate.folder / "var" / "keys" / f".{NAME}.new").mkdir()
    gate.start()
    post(gate, "Bonjour quand même")
    assert gate.stop() == 0
    assert gate.log.count('"checkpoint-not-noted"') == 2, "at start and at stop"
    assert not (gate.folder / "var" / "keys" / NAME).exists()


def test_the_sandbox_begins_anew_when_its_store_is_deleted(tmp_path: Path) -> None:
    (tmp_path / "var" / "sandbox").mkdir(parents=True)
    (tmp_path / "var" / "cache").symlink_to(user_cache())  # or it compiles
    keys = tmp_path / "var" / "sandbox" / "keys"
    load_keys(keys, Settings().origin)  # as an earlier run left them
    command, log = [*guard_command(), "serve", "--sandbox", "--port", str(three_ports())], tmp_path / "log"
    with log.open("wb") as out:
        running = subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=out, stderr=out)
    try:
        wait_for(lambda: b"Ctrl-C stops the gate" in log.read_bytes(), 120)
    finally:
        running.terminate()
        running.wait(20)
    assert running.returncode == 0, log.read_text()
    assert not (keys / NAME).exists()
