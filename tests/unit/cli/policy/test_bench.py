"""`guard policy bench`: a table, or JSON."""

import json

import pytest

from guard.authoring.bench import Cost, Costs
from guard.cli.main import main
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
