"""One chunk through the inspector: the records are those of `guard check`, also where they are written faster."""

import json
from datetime import UTC, datetime

import pytest

from guard.inspector import Inspector
from guard.scan.records import Options, Place, read
from guard.scan.sources import Line
from guard.scan.work import Outcome, Work, refuse
from guard.types.decision import Action
from guard.view import inspection_json
from tests import workers

OPTIONS = Options(datetime(2026, 11, 22, tzinfo=UTC), frozenset({"mastodon"}))


@pytest.fixture(scope="module")
def inspector(tmp_path_factory: pytest.TempPathFactory) -> Inspector:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        return workers.build()


def line(number: int, value: object) -> Line:
    return Line(Place("in", number), json.dumps(value).encode())


def test_records_are_those_of_the_view(inspector: Inspector) -> None:
    values = [
        {"id": 'é "\u2028\\ \ud800', "text": "bonjour"},
        {"id": "b", "text": "encore"},
        {"id": "c", "text": "06 39 98 12 34 \ud800"},
        {"text": ""},
        {"id": "d", "thread": ["bonjour", "à tous"]},
        {"id": "e", "text": "a\u200bb"},
    ]
    lines = tuple(line(number, value) for number, value in enumerate(values, 1))
    outcome = Work(inspector, OPTIONS, "jsonl")(lines)
    records = [json.loads(each) for each in outcome.output.split(b"\n")[:-1]]
    expected = [inspection_json(inspector.inspect(*read(each.raw, each.place, OPTIONS))) for each in lines]
    for record in (*records, *expected):
        assert isinstance(record.pop("elapsed_ms"), float)
    assert records == json.loads(json.dumps(expected))
    assert [list(record) for record in records] == [list(record) for record in expected]
    assert (outcome.posts, outcome.errors, outcome.actions[Action.REDACT]) == (6, 0, 1)
    assert outcome.rules == {"pii-fr/phone"}


def test_lines_with_a_problem_keep_their_place(inspector: Inspector) -> None:
    lines = (line(1, {"text": "a"}), Line(Place("in", 2), b"", "too long"), line(3, []), line(4, {"text": "b"}))
    outcome = Work(inspector, OPTIONS, "jsonl")(lines)
    assert [json.loads(each)["id"] for each in outcome.output.splitlines()] == ["in:1", "in:2", "in:3", "in:4"]
    assert (outcome.posts, outcome.errors) == (2, 2)


@pytest.mark.parametrize(("form", "begins"), [("jsonl", b'{"id"'), ("table", b"error "), ("sarif", b',\n{"ruleId"')])
def test_lines_that_could_not_be_inspected_at_all(form: str, begins: bytes) -> None:
    outcome = refuse((line(1, {}), line(2, {})), form, "gone")
    assert outcome.output.startswith(begins)
    assert (outcome.posts, outcome.errors) == (0, 2)


def test_counts_add_up() -> None:
    total = Outcome()
    for _ in range(2):
        total.add(Outcome(b"x", 2, 1, 1, {Action.FLAG: 2}, {"a/b"}))  # type: ignore[arg-type]
    assert (total.posts, total.errors, total.failures, total.actions[Action.FLAG]) == (4, 2, 2, 4)
    assert (total.rules, total.output) == ({"a/b"}, b"")
