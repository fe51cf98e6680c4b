"""Whether a gate would start, told all at once."""

from __future__ import annotations

import socket

import pytest

from guard.cli.main import main
from guard.sandbox.app import build_sandbox
from guard.settings.load import load_settings
from guard.wiring.ledger import only_gate
from tests.policy_rooms import OPEN
from tests.servers.host import Hosted, free_port


@pytest.fixture(scope="module")
def service():
    hosted = Hosted(lambda url: build_sandbox(base_url=url))
    yield hosted.url
    hosted.stop()


@pytest.fixture
def here(tmp_path, monkeypatch, service):
    """Settings that hold; returns what writes others."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "open.yaml").write_text(OPEN)
    (tmp_path / "authors.toml").write_text('[person."Zoé"]\naccounts = ["mastodon:zoe@masto.example"]\n')

    def write(channel="mastodon", upstream=service, listen=None, more=""):
        (tmp_path / "guard.toml").write_text(
            f'[console]\nlisten = "127.0.0.1:{free_port()}"\n[authors]\nfile = "authors.toml"\n{more}'
            f'[[listener]]\nchannel = "{channel}"\nlisten = "{listen or f"127.0.0.1:{free_port()}"}"\nupstream = "{upstream}"\n'
        )
        return tmp_path

    write.folder = tmp_path
    return write


def check(capsys):
    code = main(["serve", "--check"])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_what_would_start_is_said_so_and_nothing_is_made(here, capsys):
    folder = here()
    assert check(capsys) == (0, "the gate would start: 1 listener\n", "")
    assert not list(folder.glob("var/*.db*"))
    assert not list(folder.glob("var/*.lock"))


def wrong(folder):
    """A mistake in the authors and one in a policy."""
    (folder / "authors.toml").write_text('[person."Zoé"]\naccounts = ["nowhere:zoe"]\n')
    (folder / "policies" / "open.yaml").write_text(OPEN.replace("do: hold", "do: hodl"))


def test_all_is_told_at_once(here, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wrong(here(listen=f"127.0.0.1:{taken.getsockname()[1]}", upstream="https://no-such-host.invalid"))
        code, out, err = check(capsys)
    assert (code, out) == (2, "")
    for part in ("authors.toml:2:1", "open.yaml:11:9", "cannot listen", "https://no-such-host.invalid, is not reached"):
        assert part in err, part


def test_a_mistake_in_the_settings_hides_no_other(here, capsys):
    wrong(here(more="[media]\nunraed = 1\n"))
    _, _, err = check(capsys)
    for part in ("guard.toml:6:1: media.unraed", "authors.toml:2:1", "open.yaml:11:9"):
        assert part in err, part
    assert "not reached" not in err


def test_a_service_of_another_kind_is_noticed(here, capsys):
    here(channel="x")
    code, _, err = check(capsys)
    assert code == 2
    assert "answers /2/users/me with 404, and does not seem to be X" in err


def test_services_are_told_of_in_french(here, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    here(channel="atproto")
    assert "ne semble pas être un serveur Bluesky" in check(capsys)[2].replace("\u00a0", " ")


def test_the_ports_of_a_gate_that_runs_are_its_own(here, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        here(listen=f"127.0.0.1:{taken.getsockname()[1]}")
        with only_gate(load_settings(here.folder / "guard.toml")):
            code, out, err = check(capsys)
    assert (code, out) == (0, "the gate would start: 1 listener\n")
    assert err == "warning: a gate runs on this store: ports were not tried\n"


def test_a_start_that_fails_tells_ports_authors_and_policies_together(here, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wrong(here(listen=f"127.0.0.1:{taken.getsockname()[1]}"))
        assert main(["serve"]) == 2
    err = capsys.readouterr().err
    for part in ("authors.toml:2:1", "open.yaml:11:9", "cannot listen"):
        assert part in err, part


def test_the_sandbox_has_nothing_to_check(here, capsys):
    assert main(["serve", "--sandbox", "--check"]) == 2
    assert "--sandbox has settings of its own" in capsys.readouterr().err
