"""Policies change while the gate runs: taken over whole, no request dropped; broken ones leave the old in force."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from guard.sandbox.app import build_sandbox
from guard.wiring.folder import JOURNAL, changed
from tests.gate import POLICIES, Door, Gate, wait_for
from tests.servers.clients import ALICE
from tests.servers.host import Hosted

SAFRAN = """\
guard: 1
policy: safran
owner: tests@example.invalid
review_by: 2099-12-31
mode: enforce
rules:
  - id: name
    find: {terms: [Projet Safran]}
    do: block
    say: {fr: "Sujet confidentiel.", en: "Confidential subject."}
    match: ["Le [[projet Safran]] avance"]
    no_match: ["Une pincée de safran"]
"""


@pytest.fixture(params=["", "[gateway]\nworkers = 2\n"], ids=["one process", "two workers"])
def gate(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Gate]:
    hosted = Hosted(lambda url: build_sandbox(strict=True, base_url=url))
    hosted.app.state.world.give(ALICE, "alice")
    folder = tmp_path / "policies"
    folder.mkdir()
    for file in POLICIES.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    running = Gate(tmp_path / "gate", Door("mastodon", hosted.url), policies=folder, more=request.param)
    yield running.start()
    assert running.stop() == 0
    hosted.stop()


def post(gate: Gate, text: str) -> requests.Response:
    return requests.post(
        f"{gate.url('mastodon')}/api/v1/statuses",
        json={"status": text},
        headers={"Authorization": f"Bearer {ALICE}", "Connection": "close"},
        timeout=30,
    )


def entries(gate: Gate, kind: str) -> list[dict]:
    shown = gate.guard("audit", "search", "--kind", kind, "--format", "json")
    return json.loads(shown.stdout)


def stopped(gate: Gate, text: str) -> bool:
    """By every process: workers load one after the other."""
    return all(post(gate, f"{text} {number}").status_code == 422 for number in range(6))


def test_changed_policies_are_taken_over_and_no_request_is_dropped(gate: Gate) -> None:
    policies = gate.folder.parent / "policies"
    answers: list[int] = []
    over = threading.Event()

    def write_on() -> None:
        while not over.is_set():
            answers.append(post(gate, f"Bonjour {len(answers)}").status_code)

    writers = [threading.Thread(target=write_on) for _ in range(2)]
    for writer in writers:
        writer.start()
    assert post(gate, "Le projet Safran avance bien").status_code == 200
    (policies / "safran.yaml").write_text(SAFRAN, "utf-8")
    wait_for(lambda: stopped(gate, "Vive le projet Safran"), 60, "the new policy is not in force")
    over.set()
    for writer in writers:
        writer.join()
    assert len(answers) > 20
    assert set(answers) == {200}
    assert len(entries(gate, "policies")) == 1

    (policies / "safran.yaml").unlink()
    wait_for(lambda: post(gate, "Encore le projet Safran").status_code == 200, 60, "the policy stays in force")
    assert warnings(gate) == ["policies-removed"]
    assert entries(gate, "policies")[0]["data"]["removed"] == ["safran"]


def warnings(gate: Gate) -> list[str]:
    return requests.get(f"http://127.0.0.1:{gate.console_port}/readyz", timeout=10).json()["warnings"]


def metrics(gate: Gate) -> str:
    return requests.get(f"http://127.0.0.1:{gate.console_port}/metrics", timeout=10).text


def test_broken_policies_leave_the_old_in_force_and_say_so(gate: Gate) -> None:
    policies = gate.folder.parent / "policies"
    (policies / "safran.yaml").write_text(SAFRAN.replace("[[projet Safran]]", "[[projet]] Safran"), "utf-8")
    wait_for(lambda: "policies-refused" in gate.log, 60, gate.log)
    assert "safran.yaml:11:13" in gate.log
    assert post(gate, "Le projet Safran avance bien").status_code == 200
    assert post(gate, "On parle de l'orchidée noire").status_code == 422
    assert warnings(gate) == ["policies-refused"]
    assert "guard_policy_problems 1.0" in metrics(gate)
    assert entries(gate, "policies") == []

    (policies / "safran.yaml").write_text(SAFRAN, "utf-8")
    gate.signal(signal.SIGHUP)
    wait_for(lambda: stopped(gate, "Vive le projet Safran"), 60, "the mended policy is not in force")
    assert warnings(gate) == []
    assert "guard_policy_problems 0.0" in metrics(gate)


def test_a_folder_that_changes_again_at_once_is_taken_over_by_every_process(gate: Gate) -> None:
    policies = gate.folder.parent / "policies"
    (policies / "safran.yaml").write_text(SAFRAN, "utf-8")
    wait_for(lambda: "policies-reloaded" in gate.log, 60, gate.log)
    again = SAFRAN.replace("policy: safran", "policy: cumin").replace("rojet Safran", "rojet Cumin")
    (policies / "cumin.yaml").write_text(again, "utf-8")
    wait_for(lambda: stopped(gate, "Vive le projet Cumin"), 60, gate.log)
    assert stopped(gate, "Vive le projet Safran")
    assert len(entries(gate, "policies")) == 2


def test_a_gate_that_was_killed_while_policies_were_put_in_force_starts_with_those_before(gate: Gate) -> None:
    folder = gate.folder.parent / "policies"
    (file,) = (file for file in folder.iterdir() if b"orchid" in file.read_bytes())
    gate.kill()
    half = changed(folder, {file.name: None, "safran.yaml": SAFRAN.encode()})
    half.__enter__()  # as the kill leaves it
    gate.start()
    assert "taken back: " in gate.log
    assert not (folder / JOURNAL).exists()
    assert post(gate, "On parle de l'orchidée noire").status_code == 422
    assert post(gate, "Le projet Safran avance bien").status_code == 200
