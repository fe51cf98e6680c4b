"""`guard backup` on a store that is open elsewhere."""

from __future__ import annotations

import json

import pytest

from guard.cli.main import main
from tests.ledgers import ORIGIN, opened


@pytest.fixture
def gate(tmp_path):
    """Settings, policies, and a log of four entries."""
    (tmp_path / "policies").mkdir()
    config = tmp_path / "guard.toml"
    config.write_text(f'[store]\npath = "guard.db"\norigin = "{ORIGIN}"\n[keys]\nfolder = "keys"\n')
    with opened(tmp_path) as here:
        here.add(4)
        yield tmp_path


def guard(gate, *arguments):
    return main(["backup", "--config", str(gate / "guard.toml"), *map(str, arguments)])


def test_a_copy_and_what_else_belongs_to_it(gate, capsys):
    assert guard(gate, gate / "out") == 0
    shown = capsys.readouterr()
    assert shown.out == f"4 entries copied to {gate / 'out' / 'guard.db'}, and the copy verified\n"
    beside, _, apart = shown.err.partition("Keep apart")
    assert str(gate / "guard.toml") in beside
    assert str(gate / "policies") in beside
    assert str(gate / "keys") in apart
    assert str(gate / "keys") not in beside
    assert (gate / "out").stat().st_mode & 0o777 == 0o700


def test_restored_it_verifies(gate, capsys):
    guard(gate, gate / "out")
    config = gate / "restored.toml"
    config.write_text((gate / "guard.toml").read_text().replace('"guard.db"', '"out/guard.db"'))
    assert main(["audit", "verify", "--config", str(config)]) == 0
    assert "verified: 4 entries" in capsys.readouterr().out


def test_as_json(gate, capsys):
    assert guard(gate, gate / "out", "--format", "json") == 0
    shown = capsys.readouterr()
    told = json.loads(shown.out)
    assert (told["entries"], told["apart"], shown.err) == (4, [str(gate / "keys")], "")


def test_a_folder_that_holds_something_is_left_alone(gate, capsys):
    (gate / "out").mkdir()
    (gate / "out" / "note").touch()
    assert guard(gate, gate / "out") == 2
    assert "is not empty (name a new folder" in capsys.readouterr().err
    assert [each.name for each in (gate / "out").iterdir()] == ["note"]


def test_in_french_and_where_it_cannot_be_written(gate, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert guard(gate, gate / "out") == 0
    assert "4 entrées copiées dans" in capsys.readouterr().out
    assert guard(gate, gate / "guard.toml" / "out") == 3
    assert "nommez un dossier où vous pouvez écrire" in capsys.readouterr().err


def test_before_the_first_start_there_is_nothing(tmp_path, capsys):
    (tmp_path / "guard.toml").write_text("")
    assert guard(tmp_path, tmp_path / "out") == 2
    assert "there is no log at" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
