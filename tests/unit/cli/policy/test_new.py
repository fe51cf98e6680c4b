"""`guard policy new`: writes a file once, and only under a name that can be one."""

from __future__ import annotations

import json

import pytest

from guard.authoring.templates import KINDS
from guard.cli.main import main
from guard.detect.automata import prefilter


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_passes_test_and_lint_at_once(kind, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(prefilter, "hyperscan", None)  # no automaton for patterns that are used once
    folder = tmp_path / "policies"
    assert (
        main(["policy", "new", "my-draft", "--kind", kind, "--folder", str(folder), "--owner", "dpo@exemple.fr"]) == 0
    )
    assert capsys.readouterr().out.startswith(f"{folder / 'my-draft.yaml'} is written")
    assert main(["policy", "test", str(folder)]) == 0
    assert main(["policy", "lint", str(folder)]) == 0


def test_who_hides_the_shipped_policies_by_a_first_draft_is_told(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["policy", "new", "one"]) == 0
    assert "the folder policies alone, and the shipped policies no longer" in capsys.readouterr().err
    assert main(["policy", "new", "two"]) == 0
    assert main(["policy", "new", "three", "--folder", "others"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "spelt", ["{here}/policies", "{here}/elsewhere/../policies", "./policies/", "../{name}/policies"]
)
def test_however_that_folder_is_spelt(spelt, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = spelt.format(here=tmp_path, name=tmp_path.name)
    assert main(["policy", "new", "one", "--folder", folder]) == 0
    assert "and the shipped policies no longer" in capsys.readouterr().err
    assert main(["policy", "new", "two", "--folder", folder]) == 0
    assert main(["policy", "new", "three", "--folder", str(tmp_path / "others" / "policies")]) == 0
    assert capsys.readouterr().err == ""


def test_nothing_is_written_over(tmp_path, capsys):
    new = ["policy", "new", "one", "--folder", str(tmp_path)]
    assert main(new) == 0
    (tmp_path / "one.yaml").write_text("mine")
    assert main(new) == 2
    assert (tmp_path / "one.yaml").read_text() == "mine"
    (tmp_path / "two.yml").write_text('guard: 1\npolicy: "three"  # id\n')
    for name in ("two", "three"):
        assert main([*new[:2], name, *new[3:]]) == 2
    assert "a policy of that name already" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.yaml", "two.yml"]


@pytest.mark.parametrize("name", ["Client X", "../x", "a_b", "é", "x" * 65, "-", "a.yaml"])
def test_a_name_that_cannot_be_one(name, tmp_path):
    assert main(["policy", "new", "--folder", str(tmp_path), "--", name]) == 2
    assert list(tmp_path.iterdir()) == []


def test_an_owner_that_would_break_the_file(tmp_path):
    assert main(["policy", "new", "a", "--folder", str(tmp_path), "--owner", "a: b\nc"]) == 2


def test_json_and_the_schema_beside_it(tmp_path, capsys):
    (tmp_path / "policy-v1.schema.json").write_text("{}")
    assert main(["policy", "new", "a", "--kind", "number", "--folder", str(tmp_path), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": str(tmp_path / "a.yaml"), "policy": "a", "kind": "number"}
    assert (tmp_path / "a.yaml").read_text().startswith("# yaml-language-server: $schema=./policy-v1.schema.json\n")


def test_the_terminals_language_is_spoken(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert main(["policy", "new", "a", "--kind", "number", "--folder", str(tmp_path)]) == 0
    assert "n’arrête donc encore rien" in capsys.readouterr().out
    assert (tmp_path / "a.yaml").read_text().startswith("# Vos propres numéros ou codes, par leur forme.\n")
    assert main(["policy", "new", "a", "--folder", str(tmp_path)]) == 2
    assert "il y a déjà une politique de ce nom" in capsys.readouterr().err
