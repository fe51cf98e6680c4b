"""`guard policy bench`: a table, or JSON."""

import json

import pytest

from guard.authoring.bench import Cost, Costs
from guard.cli.main import main
from guard.words.texts import Phrase
from tests.unit.authoring.inspecting import rule
from tests.unit.policy.makers import HEAD, policy

COSTS = Costs(2, 123.4, (Cost("demo/r", "p.yaml:7:5", 1.26, "dots", 0.5, unfinished=False),
                         Cost("demo/q", "p.yaml:9:5", 20.0, "dates", 210.0, unfinished=True)))  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "p.yaml").write_text(policy(rule("{terms: [Aurore]}"), HEAD), "utf-8")
    monkeypatch.setattr("guard.cli.policy.bench.bench", lambda *_: COSTS)
    return str(tmp_path)


def test_the_costliest_rule_comes_first_and_a_time_limit_fails(folder, capsys):
    assert main(["policy", "bench", folder]) == 1
    assert (
        capsys.readouterr().out
        == """\
rule    µs a post  worst ms  worst text (5,000 characters)
demo/q  20.0       210.00    dates; TIME LIMIT
demo/r  1.3        0.50      dots

All rules together: 123 µs a post, reading and deciding included (2 examples).
"""
    )


def test_json(folder, capsys):
    assert main(["policy", "bench", folder, "--format", "json"]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert shown["rules"][0]["worst"] == "dots"


def test_the_terminals_language_is_spoken_and_programs_get_english(folder, capsys, monkeypatch):
    place = Phrase("bench.nearly", place="p.yaml:9:5", text=Phrase("bench.value"))
    costly = Cost("demo/r", "p.yaml:7:5", 1234.56, place, 0.5, unfinished=True)
    monkeypatch.setattr("guard.cli.policy.bench.bench", lambda *_: Costs(2, 123.4, (costly,)))
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert main(["policy", "bench", folder]) == 1
    printed = capsys.readouterr()
    assert (
        printed.out.replace("\u00a0", " ").replace("\u202f", " ")
        == """\
règle   µs par message  pire, en ms  pire texte (5 000 caractères)
demo/r  1234,6          0,50         l’exemple à p.yaml:9:5 : sa valeur, encore et encore ; DÉLAI ATTEINT

Toutes les règles ensemble : 123 µs par message, lecture et décision comprises (2 exemples).
"""
    )
    assert printed.err.startswith("mesure en cours")
    main(["policy", "bench", folder, "--format", "json"])
    assert '"worst": "the example at p.yaml:9:5: its value again and again"' in capsys.readouterr().out
