"""The write-ahead log stays short although no commit empties it, and nothing is lost whoever empties it."""

from __future__ import annotations

import sqlite3
import threading
import time

import pytest

from guard.errors import StoreError
from guard.store import carrier
from tests.ledgers import opened

PAGE = 4096


def wal(folder):
    return folder / "guard.db-wal"


def until(true):
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_log_is_carried_over_beside_the_commits_and_begins_anew(tmp_path):
    with opened(tmp_path) as here:
        sizes = []
        for _ in range(6):
            for _ in range(carrier.COMMITS):
                here.add()
            time.sleep(0.2)
            sizes.append(wal(tmp_path).stat().st_size)
        # Written from the beginning again and again: it is as long as its longest stretch, not as all that was written
        assert sizes[-1] < 3 * sizes[0]
        assert (tmp_path / "guard.db").stat().st_size > 20 * PAGE
    assert not wal(tmp_path).exists()
    with opened(tmp_path) as again:
        assert again.store.read_now(again.log.check).size == 6 * carrier.COMMITS


def test_a_log_that_grows_too_long_is_emptied_while_a_commit_waits(tmp_path, monkeypatch):
    monkeypatch.setattr(carrier, "MOST", 500)
    with opened(tmp_path) as here:
        for _ in range(20):
            for _ in range(carrier.COMMITS):
                here.add()  # without a rest: there is nearly always a commit during a turn
        assert wal(tmp_path).stat().st_size < 5 * 500 * PAGE
        assert here.store.read_now(here.log.check).size == 20 * carrier.COMMITS


def test_where_no_thread_can_be_had_a_commit_carries_the_log_over(tmp_path, monkeypatch):
    with opened(tmp_path) as here:

        class None_(threading.Thread):
            def start(self):
                raise RuntimeError("can't start new thread")

        with monkeypatch.context() as patch:
            patch.setattr(carrier.threading, "Thread", None_)
            for _ in range(4 * carrier.COMMITS):
                here.add()
        assert here.store.read_now(here.log.check).size == 4 * carrier.COMMITS
        assert (tmp_path / "guard.db").stat().st_size > 20 * PAGE
        assert wal(tmp_path).stat().st_size < 3 * 12 * carrier.COMMITS * PAGE


def test_a_turn_never_begins_on_a_log_that_may_be_wholly_carried_over(tmp_path, monkeypatch):
    turns = []

    class Told(sqlite3.Connection):
        def execute(self, sql, *more):
            if "wal_checkpoint" in sql:
                turns.append(sql)
            return super().execute(sql, *more)

    monkeypatch.setattr(carrier, "connect", lambda path, *_, **__: sqlite3.connect(path, factory=Told))
    with opened(tmp_path) as here:
        here.add(3)
        one = carrier.Carrier(tmp_path / "guard.db", 5000)
        one._commits = carrier.COMMITS - 1
        one._pages = carrier.MOST
        one.committed()
        assert len(turns) == 1
        one._turn(alone=False)  # asked for again before anything was committed
        one._commits += 1
        one._turn(alone=False)  # this commit may have been under way during the turn
        assert len(turns) == 1
        one._commits += 1
        one._turn(alone=False)
        assert len(turns) == 2
        one.close()


def test_a_turn_that_fails_ends_nothing(tmp_path, monkeypatch):
    asked = []
    real = carrier.connect

    def failing(*args, **more):
        asked.append(args)
        if len(asked) == 1:
            raise carrier.StoreError("the disk is full")
        return real(*args, **more)

    monkeypatch.setattr(carrier, "connect", failing)
    with opened(tmp_path) as here:
        for number in range(4):
            for _ in range(carrier.COMMITS):
                here.add()
            until(lambda number=number: len(asked) >= min(number + 1, 2))
        before = (tmp_path / "guard.db").stat().st_size
        assert before > 20 * PAGE
        assert here.store.read_now(here.log.check).size == 4 * carrier.COMMITS


def test_whatever_goes_wrong_in_a_turn_the_commit_stands(tmp_path, monkeypatch):
    def broken(*_, **__):
        raise IndexError

    with opened(tmp_path) as here:
        monkeypatch.setattr(carrier, "connect", broken)
        monkeypatch.setattr(carrier, "MOST", 0)
        for _ in range(2 * carrier.COMMITS):
            here.add()
        monkeypatch.undo()
        assert here.store.failing is None
        assert here.store.read_now(here.log.check).size == 2 * carrier.COMMITS


def test_an_erasure_keeps_no_commit_waiting_long_for_a_reader(tmp_path, monkeypatch):
    monkeypatch.setattr("guard.store.sqlite.SCRUB_TRIES", 4)
    with opened(tmp_path) as here:
        here.add()
        reader = sqlite3.connect(tmp_path / "guard.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        here.add()
        slowest = []

        def commits():
            while not ended.is_set():
                began = time.monotonic()
                here.add()
                slowest.append(time.monotonic() - began)

        ended = threading.Event()
        beside = threading.Thread(target=commits)
        beside.start()
        with pytest.raises(StoreError, match="in use"):
            here.store.scrub()
        ended.set()
        beside.join()
        assert max(slowest) < 2  # not the five seconds that a commit may wait for a lock
        reader.close()
        here.store.scrub()
        assert wal(tmp_path).stat().st_size == 0


def test_an_erasure_empties_the_log_while_it_is_being_carried(tmp_path):
    with opened(tmp_path) as here:
        for _ in range(carrier.COMMITS):
            here.add()
        here.store.scrub()
        assert wal(tmp_path).stat().st_size == 0
