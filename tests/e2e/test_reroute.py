"""A post that belongs inside appears on the company's internal server, once, and nowhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from guard.sandbox.app import build_sandbox
from tests.gate import Door, Gate, wait_for
from tests.servers.clients import ALICE
from tests.servers.faulty import Faulty
from tests.servers.host import Hosted

INSIDE = """\
guard: 1
policy: inside
owner: tests@example.invalid
review_by: 2099-12-31
mode: enforce
rules:
  - id: move
    find: {terms: [déménagement]}
    do: reroute
    say: {fr: "Cela ne regarde que nous.", en: "This is ours alone."}
    match: [{text: "Le [[déménagement]] avance", action: reroute}]
    no_match: ["Rien à dire"]
  - id: ask
    find: {terms: [fusion]}
    do: hold
    say: {fr: "On en parle d'abord.", en: "Let us talk first."}
    match: [{text: "La [[fusion]] avance", action: hold}]
    no_match: ["Rien à dire"]
"""
TOKEN = "internal-account"


def service(token: str, name: str) -> Hosted:
    hosted = Hosted(lambda url: build_sandbox(strict=True, base_url=url))
    hosted.app.state.world.give(token, name)
    return hosted


@pytest.fixture
def outside() -> Iterator[Hosted]:
    hosted = service(ALICE, "alice")
    yield hosted
    hosted.stop()


@pytest.fixture
def inside() -> Iterator[Hosted]:
    hosted = service(TOKEN, "postguard")
    yield hosted
    hosted.stop()


@pytest.fixture
def relay(inside: Hosted) -> Iterator[Faulty]:
    faulty = Faulty(inside.url)
    yield faulty
    faulty.stop()


@pytest.fixture(params=["", "[gateway]\nworkers = 2\n"], ids=["one process", "two workers"])
def gate(request: pytest.FixtureRequest, outside: Hosted, relay: Faulty, tmp_path: Path) -> Iterator[Gate]:
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "inside.yaml").write_text(INSIDE, "utf-8")
    folder = tmp_path / "gate"
    folder.mkdir()
    (folder / "token").write_text(TOKEN)
    (folder / "token").chmod(0o600)
    more = f'{request.param}[reroute]\nserver = "{relay.url}"\ntoken_file = "token"\n'
    running = Gate(folder, Door("mastodon", outside.url), policies=policies, more=more)
    yield running.start()
    running.stop()


def post(gate: Gate, text: str, **more: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {ALICE}", "Accept-Language": "fr"}
    return requests.post(
        f"{gate.url('mastodon')}/api/v1/statuses", json={"status": text} | more, headers=headers, timeout=30
    )


def page(hosted: Hosted) -> str:
    return requests.get(f"{hosted.url}/", timeout=10).text


def test_it_appears_inside_and_the_author_learns_where(gate: Gate, outside: Hosted, inside: Hosted) -> None:
    answer = post(gate, "Le déménagement avance bien")
    assert answer.status_code == 422
    told = answer.json()["error"]
    assert "serveur interne" in told
    assert "Cela ne regarde que nous." in told
    assert "Le déménagement avance bien" in page(inside)
    assert "De alice" in page(inside)
    assert "déménagement" not in page(outside)
    assert post(gate, "Rien à dire").status_code == 200
    assert gate.guard("audit", "search", "--kind", "decision").stdout.count("reroute") >= 1

    direct = post(gate, "Le déménagement, entre nous", visibility="direct")
    assert "relira" in direct.json()["error"]
    assert "entre nous" not in page(inside)


def test_an_internal_server_that_breaks_off_gets_it_once(
    gate: Gate, outside: Hosted, inside: Hosted, relay: Faulty
) -> None:
    relay.fail("act_then_reset")
    answer = post(gate, "Encore le déménagement")
    assert answer.status_code == 504
    relay.heal()
    wait_for(lambda: post(gate, "Encore le déménagement").status_code == 422, 10, "the internal server again")
    assert page(inside).count("Encore le déménagement") == 1
    assert "déménagement" not in page(outside)


def case_of(answer: requests.Response) -> str:
    return re.search(r"dossier (\d+)", answer.json()["error"])[1]  # type: ignore[index]


def test_a_reviewer_sends_a_held_post_inside_once(gate: Gate, outside: Hosted, inside: Hosted, relay: Faulty) -> None:
    number = case_of(post(gate, "La fusion avance bien"))
    done = gate.guard("review", "reroute", number)
    assert "it goes to the internal server once until" in done.stdout
    assert "fusion" not in page(inside)  # not before its author sends it again

    relay.fail("act_then_reset")
    assert post(gate, "La fusion avance bien").status_code == 504
    relay.heal()
    wait_for(lambda: post(gate, "La fusion avance bien").status_code == 422, 10, "the internal server again")
    assert page(inside).count("La fusion avance bien") == 1
    assert "fusion" not in page(outside)
    assert gate.guard("audit", "search", "--kind", "decision").stdout.count("reroute") >= 1
    shown = json.loads(gate.guard("review", "show", number, "--format", "json").stdout)
    assert (shown["state"], shown["form"]) == ("used", "internal")

    again = case_of(post(gate, "La fusion avance bien"))
    assert again != number
    direct = case_of(post(gate, "La fusion, entre nous", visibility="direct"))
    refused = gate.guard("review", "reroute", direct)
    assert (refused.returncode, "internal server" in refused.stderr) == (2, True)
