"""`guard policy seal`, then a gate that finds what it sealed."""

import stat
from pathlib import Path

import pytest

from guard.cli.main import main
from tests.unit.policy.test_sealed import POLICY


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/p.yaml").write_text(POLICY, "utf-8")
    (tmp_path / "names.txt").write_text("# clients\nNom de code\nProjet Aurore | alias = PRJ-7741\n", "utf-8")
    return tmp_path


def test_sealed_terms_are_found_by_who_holds_the_key(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "seal", "names.txt", "--output", "policies/c.sealed"]) == 0
    assert "3 terms sealed" in capsys.readouterr().err
    key = folder / "var/keys/terms.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert main(["policy", "test", "policies"]) == 0
    assert main(["check", "--policies", "policies", "--lang", "fr", "voilà #PRJ7741"]) == 1
    shown = capsys.readouterr().out
    assert "p/r: block" in shown
    assert "7741'" not in shown
    (folder / "policies/p.yaml").write_text(POLICY.replace("Non.", "Ne nommez pas le Projet Aurore."), "utf-8")
    assert main(["policy", "test", "policies"]) == 2
    assert "p.yaml:8:5: rules[0].say: a confidential term stands in words" in capsys.readouterr().err
    key.unlink()
    assert main(["check", "--policies", "policies", "bonjour"]) == 2
    assert "key of the sealed terms" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        (b"", "holds no term"),
        (b"\xff", "names.txt:1: the file is not valid UTF-8"),
        (b"A | what = 3", "names.txt:1:"),
        (b"Hg", "fewer than 4"),
    ],
)
def test_what_cannot_be_sealed(folder: Path, capsys: pytest.CaptureFixture[str], terms: bytes, told: str) -> None:
    (folder / "names.txt").write_bytes(terms)
    assert main(["policy", "seal", "names.txt", "--output", "policies/c.sealed"]) == 2
    assert told in capsys.readouterr().err
    assert not (folder / "policies/c.sealed").exists()


def test_the_terminals_language_is_spoken(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert main(["policy", "seal", "names.txt", "--output", "policies/c.sealed"]) == 0
    told = capsys.readouterr().err
    assert "sauvegardez-la à part" in told
    assert "3 termes scellés dans policies/c.sealed" in told
    (folder / "names.txt").write_text("Hg", "utf-8")
    assert main(["policy", "seal", "names.txt", "--output", "policies/c.sealed"]) == 2
    assert "un terme de moins de 4 lettres ne peut pas être scellé" in capsys.readouterr().err
    assert main(["policy", "seal", "none.txt", "--output", "policies/c.sealed"]) == 2
    assert "nommez un fichier avec un terme par ligne" in capsys.readouterr().err


def test_a_heading_is_told_of_and_a_table_is_not_sealed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "names.txt").write_text("Nom;Ville\nNexalis;Lyon\n", "utf-8")
    assert main(["policy", "seal", "names.txt", "--output", "policies/c.sealed"]) == 2
    assert "names.txt:1: this is a table" in capsys.readouterr().err
    (folder / "names.txt").write_text("Client\nNexalis\n", "utf-8")
    assert main(["policy", "seal", "names.txt", "--output", "policies/c.sealed"]) == 0
    assert "names.txt:1: this looks like the heading of a column" in capsys.readouterr().err
