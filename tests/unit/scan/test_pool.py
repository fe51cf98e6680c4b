"""Workers: order kept, nothing lost when one dies, none left behind, few chunks under way."""

import json
import multiprocessing
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from guard.errors import GuardError, UsageError
from guard.inspector import Inspector
from guard.scan.pool import Pool, ScanError
from guard.scan.records import Options, Place
from guard.scan.sources import Chunk, Line
from guard.scan.work import Build, Outcome, Work
from tests import workers

OPTIONS = Options(datetime(2026, 11, 22, tzinfo=UTC), frozenset({"mastodon"}))


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compiled patterns that the workers of all tests share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


@pytest.fixture(scope="module")
def inspector(_cache: None) -> Inspector:
    return workers.build()


def chunk(*texts: str, first: int = 1) -> Chunk:
    return tuple(
        Line(Place("in", number), json.dumps({"id": str(number), "text": text}).encode())
        for number, text in enumerate(texts, first)
    )


def run(build: Build, inspector: Inspector, chunks: list[Chunk], size: int = 2) -> list[Outcome]:
    with Pool(build, OPTIONS, "jsonl", size, inspector.versions) as pool:
        return list(pool.run(chunks))


def records(outcomes: list[Outcome]) -> list[dict[str, object]]:
    return [json.loads(line) for outcome in outcomes for line in outcome.output.splitlines()]


def test_order_and_results_are_those_of_one_process(inspector: Inspector) -> None:
    chunks = [chunk(*["06 39 98 12 34 " * (1 + 40 * (n % 3 == 0))] * 20, first=20 * n) for n in range(12)]
    work = Work(inspector, OPTIONS, "jsonl")
    alone = records([work(each) for each in chunks])
    spread = records(run(workers.build, inspector, chunks))
    for record in (*alone, *spread):
        record.pop("elapsed_ms")
    assert spread == alone
    assert [record["id"] for record in spread] == [str(number) for number in range(240)]
    assert multiprocessing.active_children() == []


def test_a_worker_that_dies_is_replaced_and_its_lines_are_inspected_again(inspector: Inspector, tmp_path: Path) -> None:
    build = partial(workers.fragile, tmp_path / "marker")
    outcomes = run(build, inspector, [chunk("a", "hiccup", "b"), chunk("c", first=4)])
    assert [record["action"] for record in records(outcomes)] == ["allow"] * 4
    assert sum(outcome.errors for outcome in outcomes) == 0
    assert multiprocessing.active_children() == []


def test_a_line_that_kills_twice_is_reported_and_nothing_else_is_lost(inspector: Inspector, tmp_path: Path) -> None:
    build = partial(workers.fragile, tmp_path / "marker")
    outcomes = run(build, inspector, [chunk("a", "poison", "b"), chunk("c", "poison", first=4), chunk("d", first=6)])
    found = records(outcomes)
    assert [record["id"] for record in found] == ["1", "in:2", "3", "4", "in:5", "6"]
    assert ["error" in record for record in found] == [False, True, False, False, True, False]
    assert sum(outcome.errors for outcome in outcomes) == 2


def test_an_idle_worker_may_die_too(inspector: Inspector) -> None:
    def chunks() -> Iterator[Chunk]:
        yield chunk("a")
        yield chunk("b", first=2)
        while not pool._idle:
            yield chunk("c", first=3)
        for worker in pool._idle:
            worker.process.kill()
            worker.process.join()
        yield chunk("d", first=4)

    with Pool(workers.build, OPTIONS, "jsonl", 1, inspector.versions) as pool:
        ids = [record["id"] for record in records(list(pool.run(chunks())))]
    assert ids[0] == "1"
    assert ids[-1] == "4"


def test_workers_that_cannot_be_had(inspector: Inspector) -> None:
    with pytest.raises(UsageError, match="the folder is empty"):
        run(workers.refusing, inspector, [chunk("a")])
    with pytest.raises(ScanError, match="exit code 9"):
        run(workers.dying, inspector, [chunk("a")])
    other = type(inspector.versions)("0", "0", "0")
    with pytest.raises(GuardError, match="changed"), Pool(workers.build, OPTIONS, "jsonl", 1, other) as pool:
        list(pool.run([chunk("a")]))
    assert multiprocessing.active_children() == []


def test_few_chunks_are_under_way_at_a_time(inspector: Inspector) -> None:
    read = 0

    def chunks() -> Iterator[Chunk]:
        nonlocal read
        for read in range(1, 101):  # noqa: B007
            yield chunk("a")

    with Pool(workers.build, OPTIONS, "jsonl", 1, inspector.versions) as pool:
        outcomes = pool.run(chunks())
        next(outcomes)
        assert read <= 6


def test_leaving_early_ends_the_workers(inspector: Inspector) -> None:
    with Pool(workers.build, OPTIONS, "jsonl", 2, inspector.versions) as pool:
        next(pool.run([chunk("a"), chunk("b")]))
        assert multiprocessing.active_children() != []
    assert multiprocessing.active_children() == []


def test_a_second_worker_that_dies_before_it_gets_a_line_is_told(
    inspector: Inspector, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = Pool._fresh

    def dead(self: Pool) -> Any:
        worker = fresh(self)
        worker.process.kill()
        worker.process.join()
        return worker

    monkeypatch.setattr(Pool, "_fresh", dead)
    with pytest.raises(ScanError, match=r"a worker process ended .* \(exit code -9\)"):
        run(workers.build, inspector, [chunk("a")], size=1)
    assert multiprocessing.active_children() == []


def test_what_is_done_is_told_while_more_input_has_not_come_yet(inspector: Inspector) -> None:
    told = Event()

    def slow() -> Iterator[Chunk]:
        yield chunk("bonjour", first=1)
        yield chunk("bonsoir", first=2)
        assert told.wait(60), "two chunks were read and none was told"
        yield chunk("salut", first=3)

    with Pool(workers.build, OPTIONS, "jsonl", 2, inspector.versions) as pool:
        outcomes = pool.run(slow())
        first = [next(outcomes), next(outcomes)]
        told.set()
        assert [record["id"] for record in records([*first, *outcomes])] == ["1", "2", "3"]


def test_what_goes_wrong_with_the_input_is_told(inspector: Inspector) -> None:
    def broken() -> Iterator[Chunk]:
        yield chunk("bonjour")
        raise UsageError("no more input")

    with (
        Pool(workers.build, OPTIONS, "jsonl", 2, inspector.versions) as pool,
        pytest.raises(UsageError, match="no more"),
    ):
        list(pool.run(broken()))
