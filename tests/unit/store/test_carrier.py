"""The write-ahead log stays short although no commit empties it, and nothing is lost whoever empties it."""

from __future__ import annotations

import time

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


def test_without_the_carrier_a_commit_itself_keeps_the_log_short(tmp_path, monkeypatch):
    monkeypatch.setattr("guard.store.connection._PRAGMAS", ("synchronous = FULL", "wal_autocheckpoint = 100"))
    monkeypatch.setattr(carrier.Carrier, "committed", lambda self: None)
    with opened(tmp_path) as here:
        here.add(300)
        for _ in range(200):
            here.add()
        assert wal(tmp_path).stat().st_size < 400 * PAGE


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


def test_an_erasure_empties_the_log_while_it_is_being_carried(tmp_path):
    with opened(tmp_path) as here:
        for _ in range(carrier.COMMITS):
            here.add()
        here.store.scrub()
        assert wal(tmp_path).stat().st_size == 0
