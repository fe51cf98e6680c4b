"""`guard policy coverage`: what it prints, and `--min`, which rounds nothing up."""

import json

import pytest

from guard.cli.main import main
from tests.unit.authoring.inspecting import rule
from tests.unit.policy.makers import HEAD, policy


@pytest.fixture
def folder(tmp_path):
    rules = rule("{terms: [Aurore, Boreal]}", match='["[[Aurore]]"]')
    (tmp_path / "p.yaml").write_text(policy(rules, HEAD), "utf-8")
    return str(tmp_path)


def test_what_no_example_reaches(folder, capsys):
    assert main(["policy", "coverage", folder]) == 0
    assert (
        capsys.readouterr().out
        == """\
demo/r: 2 of 3
  p.yaml:8:28: no example reaches term 2: Boreal
2 of 3 parts are reached by an example: 66.6 %
"""
    )


@pytest.mark.parametrize(("least", "code"), [("0", 0), ("66.6", 0), ("66.66", 0), ("66.67", 1), ("100", 1)])
def test_the_share_is_compared_exactly(folder, least, code, capsys):
    assert main(["policy", "coverage", folder, "--min", least, "--format", "json"]) == code
    shown = json.loads(capsys.readouterr().out)
    assert (shown["reached"], shown["total"], shown["percent"]) == (2, 3, "66.6")
    assert shown["rules"][0]["missing"] == [{"kind": "term", "what": "term 2: Boreal", "place": "p.yaml:8:28"}]


@pytest.mark.parametrize("least", ["x", "-1", "101", "nan", ""])
def test_a_share_that_is_none(folder, least, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["policy", "coverage", folder, f"--min={least}"])
    assert caught.value.code == 2
    assert "from 0 to 100" in capsys.readouterr().err


def test_sarif_points_at_what_no_example_reaches(tmp_path, capsys):
    made = policy(rule("{terms: [Projet Aurore, Boreal]}", match='["le [[Projet Aurore]] avance"]'), HEAD)
    (tmp_path / "p.yaml").write_text(made, "utf-8")
    assert main(["policy", "coverage", str(tmp_path), "--format", "sarif"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)["runs"]
    assert [each["message"]["text"] for each in shown["results"]] == ["demo/r: no example reaches term 2: Boreal"]
    assert "startLine" in shown["results"][0]["locations"][0]["physicalLocation"]["region"]
