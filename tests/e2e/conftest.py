"""Servers and gates that many tests share: started once a session, each on free loopback ports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guard.sandbox.app import build_sandbox
from tests.gate import Door, Gate
from tests.servers.bluesky import Pds
from tests.servers.clients import ALICE, BRUNO
from tests.servers.host import Hosted
from tests.servers.peers import install
from tests.servers.x_stub import build_x_stub


@pytest.fixture(scope="session")
def mastodon() -> Iterator[Hosted]:
    """The strict stub of Mastodon's documented API."""
    hosted = Hosted(lambda url: build_sandbox(strict=True, base_url=url))
    hosted.app.state.world.give(ALICE, "alice")
    hosted.app.state.world.give(BRUNO, "bruno")
    yield hosted
    hosted.stop()


@pytest.fixture(scope="session")
def x_service() -> Iterator[Hosted]:
    """The strict stub of X's API v2."""
    hosted = Hosted(lambda url: build_x_stub())
    hosted.app.state.world.give(ALICE, "alice")
    hosted.app.state.world.give(BRUNO, "bruno")
    yield hosted
    hosted.stop()


@pytest.fixture(scope="session")
def node_parts() -> Path:
    """The folder with the npm packages; installed on first use (`make test` has done it before)."""
    return install()


@pytest.fixture(scope="session")
def pds(node_parts: Path) -> Iterator[Pds]:
    """A real Bluesky PDS with its PLC directory."""
    server = Pds(node_parts)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def gate(mastodon: Hosted, x_service: Hosted, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate in front of both stubs."""
    folder = tmp_path_factory.mktemp("gate")
    running = Gate(folder, Door("mastodon", mastodon.url), Door("x", x_service.url)).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def bluesky_gate(pds: Pds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate in front of the PDS."""
    running = Gate(tmp_path_factory.mktemp("bluesky-gate"), Door("atproto", pds.url)).start()
    yield running
    running.stop()


@pytest.fixture(params=["direct", "gate"])
def mastodon_at(request: pytest.FixtureRequest, mastodon: Hosted) -> str:
    """Where a client is pointed: at the service itself (is our stub right?), then at the gate (does it stay usable?)."""
    return mastodon.url if request.param == "direct" else request.getfixturevalue("gate").url("mastodon")


@pytest.fixture(params=["direct", "gate"])
def x_at(request: pytest.FixtureRequest, x_service: Hosted) -> str:
    return x_service.url if request.param == "direct" else request.getfixturevalue("gate").url("x")


@pytest.fixture(params=["direct", "gate"])
def bluesky_at(request: pytest.FixtureRequest, pds: Pds) -> str:
    return pds.url if request.param == "direct" else request.getfixturevalue("bluesky_gate").url("atproto")
