"""A backup of a store in use: whole, of one moment, never over another, and nothing is left of one that fails."""

from __future__ import annotations

import shutil
import sqlite3
import threading

import pytest

from guard.errors import StoreError, VerificationError
from guard.store import backup
from guard.store.sqlite import SqliteStore
from guard.wiring.backup import whole
from tests.ledgers import opened


def test_what_only_the_journal_holds_is_in_the_copy(tmp_path):
    with opened(tmp_path) as ledger:
        ledger.add(30)
        copied = tmp_path / "copied.db"
        shutil.copy(ledger.store._path, copied)
        assert backup.copy(ledger.store._path, tmp_path / "backup.db", whole) == 30
        ledger.add(5)
    with sqlite3.connect(copied) as broken, pytest.raises(sqlite3.OperationalError):
        broken.execute("SELECT count(*) FROM leaves")  # not even the tables were in the file
    broken.close()
    assert (tmp_path / "backup.db").stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.glob("*backup*")] == ["backup.db"]
    restored = SqliteStore(tmp_path / "backup.db")
    assert restored.read_now(whole) == 30
    restored.close()


def test_a_copy_beside_a_writer_is_of_one_moment(tmp_path):
    with opened(tmp_path) as ledger:
        ledger.add(200)
        done = threading.Event()
        sizes = []

        def write():
            while not done.is_set():
                ledger.add(7)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            sizes += [backup.copy(ledger.store._path, tmp_path / f"copy{n}.db", whole) for n in range(5)]
        finally:
            done.set()
            writer.join()
        assert all((size - 200) % 7 == 0 for size in sizes)
        assert sizes == sorted(sizes)


def test_nothing_is_replaced(tmp_path):
    with opened(tmp_path) as ledger:
        ledger.add()
        target = tmp_path / "copy.db"
        target.write_text("mine")
        with pytest.raises(StoreError, match=r"copy\.db is there already"):
            backup.copy(ledger.store._path, target, whole)
        assert target.read_text() == "mine"
        (tmp_path / ".other.db.part").touch()
        with pytest.raises(StoreError, match="another backup is under way"):
            backup.copy(ledger.store._path, tmp_path / "other.db", whole)
        assert (tmp_path / ".other.db.part").exists()


def test_entries_that_are_not_the_checkpoints_make_no_backup(tmp_path):
    with opened(tmp_path) as ledger:
        ledger.add(3)
        with sqlite3.connect(ledger.store._path) as hand:
            hand.execute("DROP TRIGGER leaves_are_final_u")
            hand.execute("UPDATE leaves SET entry = x'7b7d' WHERE idx = 1")
        hand.close()
        with pytest.raises(VerificationError, match="not those that the checkpoint names"):
            backup.copy(ledger.store._path, tmp_path / "copy.db", whole)
    assert not list(tmp_path.glob("*copy*"))


def test_a_file_that_is_no_store_is_named(tmp_path):
    (tmp_path / "x.db").write_text("no database, but long enough to be looked at as one " * 20)
    with pytest.raises(StoreError, match=r"x\.db: the file is not a postguard database"):
        backup.copy(tmp_path / "x.db", tmp_path / "copy.db", whole)
    assert not list(tmp_path.glob("*copy*"))
