"""Doors before they serve: what is told of their addresses, and of what crosses the network in clear."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from guard.errors import ProblemsError, SettingsError
from guard.gateway import server
from guard.gateway.server import Listener, bind
from guard.settings.load import ListenerSettings, Settings
from guard.settings.toml import Address
from guard.wiring.doors import doors_in_clear, try_doors
from guard.wiring.ledger import sandbox_place, sandbox_settings
from tests.servers.host import free_port


def door(host: str, **changes: object) -> ListenerSettings:
    made = ListenerSettings("social", "mastodon", Address(host, 0), "https://m.example", f"http://{host}")
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("listener", "told"),
    [
        (door("127.0.0.1"), False),
        (door("::1"), False),
        (door("10.0.0.1"), True),
        (door("0.0.0.0", public_url="http://gate.example.com"), True),
        (door("0.0.0.0", public_url="https://gate.example.com"), False),
        (door("10.0.0.1", tls_cert=Path("c"), tls_key=Path("k")), False),
    ],
)
def test_a_door_in_clear_is_warned_of(listener: ListenerSettings, told: bool) -> None:
    found = doors_in_clear(Settings(listeners=(listener,)))
    assert len(found) == told
    assert all("in clear" in text for text in found)


def test_all_addresses_that_are_taken_are_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        one, two = (Address("127.0.0.1", sock.getsockname()[1]) for sock in (first, second))
        settings = Settings(listeners=(door("127.0.0.1", listen=one),), console=two)
        with pytest.raises(ProblemsError) as caught:
            try_doors(settings, sandbox=False)
    assert [str(one.port) in str(problem) for one, problem in zip((one, two), caught.value.problems, strict=True)] == [
        True, True
    ]  # fmt: skip
    assert "choose another port in guard.toml" in str(caught.value)


def test_a_sandbox_names_an_option_instead_of_a_file_it_has_not() -> None:
    port = free_port()
    settings = sandbox_settings(port)
    assert (settings.console.port, sandbox_place(settings).port) == (port + 1, port + 2)
    with socket.create_server(("127.0.0.1", port)), pytest.raises(ProblemsError) as caught:
        try_doors(settings, sandbox=True)
    assert "guard serve --sandbox --port 8500" in str(caught.value.problems[0])
    assert "guard.toml" not in str(caught.value)


def test_an_address_of_another_machine_is_called_that() -> None:
    with pytest.raises(SettingsError, match="this machine has no such address"):
        bind(Listener("x", "192.0.2.1", 0, None), 0)


def test_a_port_without_the_right_to_it_says_what_gives_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refused(socket.socket):
        def bind(self, *_: object) -> None:
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(server.socket, "socket", Refused)
    with pytest.raises(SettingsError, match="CAP_NET_BIND_SERVICE"):
        bind(Listener("x", "127.0.0.1", 443, None), 0)
