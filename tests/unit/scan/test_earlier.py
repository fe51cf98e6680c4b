"""An author's lines are read together, in the order of the input, whoever inspects them."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from guard.inspector import Inspector
from guard.scan import earlier
from guard.scan.earlier import Earlier
from guard.scan.pool import Pool
from guard.scan.records import Options, Place
from guard.scan.sources import Chunk, Line
from guard.scan.work import Work
from tests import workers

OPTIONS = Options(datetime(2026, 11, 22, tzinfo=UTC), frozenset({"mastodon", "x"}))
HALVES = "mon num 06 39 9", "8 12 34 demain"


@pytest.fixture(scope="module")
def inspector(tmp_path_factory: pytest.TempPathFactory) -> Inspector:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        return workers.build()


def lines(*values: dict[str, Any]) -> Chunk:
    return tuple(Line(Place("in", number), json.dumps(value).encode()) for number, value in enumerate(values, 1))


def before(
    chunks: Iterable[Chunk], posts: int = 10, hours: float = 24, options: Options = OPTIONS
) -> list[tuple[str, ...]]:
    return [line.earlier for chunk in Earlier(options, posts, hours).chunks(chunks) for line in chunk]


def test_each_author_has_a_thread_of_their_own_across_chunks() -> None:
    first = lines({"author": "a", "text": "1"}, {"author": 7, "text": "2"}, {"text": "3"}, {"author": "a", "text": ""})
    second = lines({"author": "a", "text": "4"}, {"author": "7", "text": "5"}, {"author": "a", "text": "6"})
    assert before([first, second]) == [(), (), (), ("1",), ("1",), ("2",), ("1", "4")]


def test_networks_are_kept_apart_and_lines_that_are_no_posts_say_nothing() -> None:
    values: tuple[dict[str, Any], ...] = (
        {"author": "a", "text": "1"},
        {"author": "a", "text": "2", "network": "x"},
        {"author": "a", "text": 3},
        {"author": {"name": "a"}, "text": "4"},
        {"author": "a", "text": "5"},
    )
    assert before([lines(*values)]) == [(), (), (), (), ("1",)]


def test_so_many_texts_for_so_long() -> None:
    def at(hour: int, text: str) -> dict[str, str]:
        return {"author": "a", "text": text, "at": f"2026-11-22T{hour:02}:00:00Z"}

    chunk = lines(at(1, "1"), at(2, "2"), at(3, "3"), at(9, "4"), at(5, "earlier than the one above"))
    assert before([chunk], posts=2, hours=2) == [(), ("1",), ("1", "2"), (), ("3",)]
    assert before([chunk], posts=0) == before([chunk], hours=0) == [()] * 5


def test_the_texts_of_a_thread_are_posts_and_only_their_ends_are_kept() -> None:
    chunk = lines({"author": "a", "thread": ["1", "2" * 9_000]}, {"author": "a", "text": "x"})
    assert before([chunk])[1] == ("1", "2" * 400)


def test_those_who_wrote_longest_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "_TOTAL", 1_000)
    chunk = lines(*({"author": str(number % 50), "text": "x" * 99} for number in range(100)))
    assert before([chunk]) == [()] * 100
    assert before([lines(*({"author": "a", "text": "x" * 99} for _ in range(9)))])[-1] == ("x" * 99,) * 5


def test_times_at_the_ends_of_the_calendar() -> None:
    ends = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00Z")
    assert len(before([lines(*({"author": "a", "text": "x", "at": end} for end in ends))])) == 3


def test_another_field_may_name_the_author() -> None:
    options = Options(OPTIONS.now, OPTIONS.networks, author_field="account.acct")
    chunk = lines(*({"account": {"acct": "a"}, "author": {"x": 1}, "text": text} for text in HALVES))
    assert before([chunk], options=options) == [(), (HALVES[0],)]


@pytest.mark.parametrize("size", [1, 3])
def test_what_is_split_over_lines_is_found_by_any_number_of_workers(inspector: Inspector, size: int) -> None:
    values = [{"id": str(n), "author": f"a{n % 5}", "text": HALVES[n // 5 % 2]} for n in range(20)]
    chunks = [lines(*values[start : start + 3]) for start in range(0, 20, 3)]
    read = Earlier(OPTIONS, 10, 24).chunks(chunks)
    if size == 1:
        outcomes = list(map(Work(inspector, OPTIONS, "jsonl"), read))
    else:
        with Pool(workers.build, OPTIONS, "jsonl", size, inspector.versions) as pool:
            outcomes = list(pool.run(read))
    records = [json.loads(line) for outcome in outcomes for line in outcome.output.splitlines()]
    assert [(record["id"], record["action"]) for record in records] == [
        (str(n), "redact" if n // 5 % 2 else "allow") for n in range(20)
    ]


def test_the_texts_of_one_thread_are_read_together_too(inspector: Inspector) -> None:
    work = Work(inspector, OPTIONS, "jsonl")
    (record,) = map(json.loads, work(lines({"thread": list(HALVES)})).output.splitlines())
    assert {"entity_type": "PHONE_NUMBER", "segment": "/1", "start": 0, "end": 7} in [
        {name: each[name] for name in ("entity_type", "segment", "start", "end")} for each in record["findings"]
    ]
