"""`guard policy evade`: its tables, its ratchet, and what it prints to paste."""

import json

import pytest

from guard.authoring import disguises
from guard.cli.main import main
from tests.unit.authoring.inspecting import rule
from tests.unit.policy.makers import HEAD, policy

FEW = [
    each for each in disguises.DISGUISES if each.name in {"zalgo", "transliterated", "punycode", "split over two posts"}
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr("guard.cli.policy.evade.DISGUISES", FEW)
    (tmp_path / "p").mkdir()
    write(tmp_path, "[Projet Aurore]")
    return tmp_path


def write(folder, terms: str, head: str = HEAD) -> None:
    made = policy(rule(f"{{terms: {terms}}}", match='["le [[Projet Aurore]] avance"]'), head)
    (folder / "p/p.yaml").write_text(made, "utf-8")


def run(folder, *more: str) -> int:
    return main(["policy", "evade", str(folder / "p"), *more])


def test_the_tables(folder, capsys):
    assert run(folder) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert (
        printed.out
        == """\
demo/r: slips through
  punycode 1/1; transliterated 1/1

rule    caught  share
demo/r  2 of 4  50.0 %

class      caught  share
encoding   0 of 1  0.0 %
translit   0 of 1  0.0 %
combining  1 of 1  100.0 %
split      1 of 1  100.0 %

2 of 4 disguised examples are caught: 50.0 %
"""
    )
    assert run(folder, "--places") == 0
    assert "  punycode: 1/1 (p.yaml:11:13)\n" in capsys.readouterr().out


def test_json(folder, capsys):
    assert run(folder, "--format", "json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["tried"], shown["caught"], shown["new"]) == (4, 2, [])
    assert shown["classes"]["translit"] == {"tried": 1, "caught": 0}
    assert shown["rules"][0]["slips"][1] == {
        "disguise": "transliterated", "class": "translit", "place": "p.yaml:11:13", "stopped_by_another_rule": False,
    }  # fmt: skip


def test_the_ratchet_only_turns_one_way(folder, capsys):
    file = folder / "known.json"
    ratchet = ("--ratchet", str(file))
    assert run(folder, *ratchet) == 2
    assert "make it with --accept" in capsys.readouterr().err
    assert run(folder, *ratchet, "--accept") == 0
    accepted = file.read_text()
    assert json.loads(accepted)["slips"] == {"demo/r": {"punycode": 1, "transliterated": 1}}
    assert run(folder, *ratchet) == 0
    write(folder, "[Projet Aurore, Пројет Ауроре, Projet Aurore-]")
    write(folder, "[Projet Aurore, Пройет Ауроре]")
    capsys.readouterr()
    assert run(folder, *ratchet) == 0
    assert "take it out of the file with --update" in capsys.readouterr().err
    assert file.read_text() == accepted
    assert run(folder, *ratchet, "--update") == 0
    fewer = json.loads(file.read_text())["slips"]
    assert "transliterated" not in fewer["demo/r"]
    write(folder, "[Projet Aurore]")
    capsys.readouterr()
    assert run(folder, *ratchet, "--update") == 1
    assert "new slip: demo/r, transliterated: 1 where 0 were known" in capsys.readouterr().err
    assert json.loads(file.read_text())["slips"] == fewer


def test_a_file_that_is_no_ratchet_is_left_alone(folder, capsys):
    file = folder / "known.json"
    file.write_text("precious")
    assert run(folder, "--ratchet", str(file), "--update") == 2
    assert file.read_text() == "precious"
    assert run(folder, "--update") == 2
    assert "name it with --ratchet" in capsys.readouterr().err


def test_slips_to_paste(folder, capsys):
    assert run(folder, "--todo") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "# demo/r (p.yaml:7:5)"
    assert lines[2] == '      - {text: "le [[Пройет Ауроре]] аванце", todo: true, note: "transliterated"}'.replace(
        "аванце", "avance"
    )


def test_nothing_of_a_confidential_policy_is_printed(folder, capsys):
    write(folder, "[Projet Aurore]", HEAD + "confidential: true\n")
    for more in ((), ("--todo",), ("--places",), ("--format", "json")):
        assert run(folder, *more) == 0
        printed = capsys.readouterr()
        assert "avance" not in printed.out + printed.err
        assert "Aurore" not in printed.out + printed.err


def test_sarif_tells_new_slips_from_known_ones(folder, capsys):
    ratchet = folder / "known.json"
    ratchet.write_text('{"version": 1, "slips": {"demo/r": {"punycode": 1}}}', "utf-8")
    assert run(folder, "--ratchet", str(ratchet), "--format", "sarif") == 1
    (shown,) = json.loads(capsys.readouterr().out)["runs"]
    assert [(each["ruleId"], each["level"]) for each in shown["results"]] == [("new-slip", "error"), ("slip", "note")]
    assert shown["results"][0]["message"]["text"].startswith("demo/r slips through now: transliterated")


def test_a_rule_whose_author_wants_no_disguises_is_not_tried(folder, capsys):
    made = policy(rule("{terms: [Projet Aurore], disguises: false}", match='["le [[Projet Aurore]] avance"]'), HEAD)
    (folder / "p/p.yaml").write_text(made, "utf-8")
    assert run(folder) == 0
    assert "0 of 0" in capsys.readouterr().out


def test_the_terminals_language_is_spoken_and_programs_get_english(folder, capsys, monkeypatch):
    ratchet = folder / "known.json"
    ratchet.write_text('{"version": 1, "slips": {"demo/r": {"punycode": 1}}}', "utf-8")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert run(folder, "--ratchet", str(ratchet)) == 1
    out, err = (text.replace("\u00a0", " ") for text in capsys.readouterr())
    assert (
        out
        == """\
demo/r: ce qui lui échappe
  punycode 1/1 ; translittéré 1/1

règle   reconnus  part
demo/r  2 sur 4   50,0 %

famille            reconnus  part
codage             0 sur 1   0,0 %
translittération   0 sur 1   0,0 %
signes combinants  1 sur 1   100,0 %
fil de messages    1 sur 1   100,0 %

exemples déguisés reconnus : 2 sur 4, soit 50,0 %
"""
    )
    assert err.startswith("passe maintenant inaperçu : demo/r, translittéré : 1, contre 0 jusqu’ici\n")
    run(folder, "--todo")
    assert 'note: "translittéré"}' in capsys.readouterr().out
    run(folder, "--format", "json", "--ratchet", str(ratchet))
    assert '"disguise": "transliterated", "class": "translit"' in capsys.readouterr().out
    assert run(folder, "--ratchet", str(folder / "none")) == 2
    assert "créez-le avec --accept" in capsys.readouterr().err
