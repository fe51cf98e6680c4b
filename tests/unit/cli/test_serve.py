"""`guard serve` before it serves: ports, folders and rights are told with their names, in seconds."""

from __future__ import annotations

import socket

import pytest

from guard.cli.main import _of_system, main
from tests.servers.host import free_port


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "guard.toml").write_text(
        f'[[listener]]\nchannel = "x"\nlisten = "127.0.0.1:{free_port()}"\nupstream = "https://api.x.com"\n'
        f'[console]\nlisten = "127.0.0.1:{free_port()}"\n'
    )
    return tmp_path


def test_a_sandbox_whose_port_is_taken_names_the_option_before_anything_is_compiled(here, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1] - 1
        assert main(["serve", "--sandbox", "--port", str(port)]) == 2
    told = capsys.readouterr().err
    assert f"127.0.0.1:{port + 1}" in told
    assert "make run PORT=8500" in told
    assert not list(here.glob("var/**/patterns-*"))


@pytest.mark.parametrize("port", ["0", "65534", "-1", "http"])
def test_ports_that_are_none(here, capsys, port):
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--sandbox", f"--port={port}"])
    assert ended.value.code == 2
    assert "from 1 to 65533" in capsys.readouterr().err


def test_the_port_is_the_sandboxs_alone(here, capsys):
    assert main(["serve", "--port", "8500"]) == 2
    assert "--port is for --sandbox" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_named_with_its_setting(here, capsys):
    (here / "var").write_text("no folder")
    assert main(["serve"]) == 3
    assert f"{here / 'var'}" in (told := capsys.readouterr().err)
    assert "check [store] path in guard.toml" in told


def test_what_the_system_refuses_is_named():
    refused = PermissionError(13, "Permission denied", "var/x")
    assert _of_system(refused).startswith("var/x: Permission denied (run this as the user who owns it")
    assert _of_system(OSError(28, "No space left on device", "var/x")) == "var/x: No space left on device"
    assert _of_system(OSError(28, "No space left on device")) == "No space left on device"
