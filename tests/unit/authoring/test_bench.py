"""Costs by a clock of our own."""

from itertools import count

import pytest

from guard.authoring.bench import bench
from guard.authoring.bench_texts import hostile, nearly
from tests.unit.authoring.inspecting import inspector, rule


def test_each_rule_has_a_cost_and_a_worst_text(monkeypatch):
    made = inspector(
        rule("{terms: [Projet Aurore]}", match='["le [[Projet Aurore]]"]'),
        rule("{any_of: [{entity: IBAN_CODE}, {regex: 'a+b'}]}", match='["[[aab]]"]', name="q"),
    )
    monkeypatch.setattr("guard.authoring.bench.hostile", lambda: {"dots": "." * 50})
    monkeypatch.setattr(
        "guard.detect.patterns.confirm.TIME_LIMIT", 30.0
    )  # a busy machine may stop this process for longer than the usual
    ticks = count()
    costs = bench(made, made.bundle, lambda: next(ticks) / 2**20)
    assert (costs.posts, costs.all_us) == (4, pytest.approx(0.2384, abs=1e-3))
    assert [(cost.rule, cost.at, cost.post_us, cost.unfinished) for cost in costs.rules] == [
        ("demo/r", "p.yaml:7:5", pytest.approx(0.2384, abs=1e-3), False), ("demo/q", "p.yaml:13:5", pytest.approx(0.2384, abs=1e-3), False),
    ]  # fmt: skip
    assert all(cost.worst and cost.worst_ms == pytest.approx(0.00095, abs=1e-5) for cost in costs.rules)


def test_a_pattern_without_end_is_told(monkeypatch):
    monkeypatch.setattr("guard.detect.patterns.confirm.TIME_LIMIT", 0.0)
    monkeypatch.setattr("guard.authoring.bench.hostile", lambda: {"one letter": "a" * 5_000})
    made = inspector(rule(r"{regex: '(?<!\w)(?:\w|\w\w)+(?<=9)(?!\w)'}", match='["[[le9]]"]'))
    ticks = count()
    (cost,) = bench(made, made.bundle, lambda: float(next(ticks))).rules
    assert cost.unfinished


def test_hostile_texts_have_the_length_asked_for():
    assert {len(text) for text in hostile(100).values()} == {100}
    example = inspector(rule("{terms: [Aurore]}", match='["[[Aurore]]"]')).bundle.rules[0].source.match[0]
    texts = dict(nearly(example, 50))
    assert len(texts) == 5
    assert all(45 <= len(text) <= 51 for text in texts.values())
    assert "Aurore" not in " ".join(texts)
