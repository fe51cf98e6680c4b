"""The checkpoint noted beside the keys: read as strictly as it was written, compared without reading the whole log."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from guard.audit.catalogue import catch_up
from guard.audit.checkpoint import open_checkpoint
from guard.audit.keys import load_keys
from guard.audit.noted import NAME, LossError, lost, read_noted, write_noted
from guard.errors import VerificationError
from guard.words.texts import words_of
from tests.ledgers import ORIGIN, opened


@pytest.fixture
def here(tmp_path):
    with opened(tmp_path) as log:
        log.add(3)
        write_noted(tmp_path / "keys", log.store.read_now(lambda tx: tx.checkpoint()))
        yield log


def noted(folder, key):
    return read_noted(folder / "keys", key)


def found(here, folder):
    """What the log lacks."""
    note = noted(folder, here.keys.verifier)
    return here.store.read_now(lambda tx: lost(tx, here.log.check(tx), note, folder / "guard.db"))


def test_what_was_noted_is_the_signed_checkpoint_and_the_owners_alone(here, tmp_path):
    file = tmp_path / "keys" / NAME
    assert file.stat().st_mode & 0o777 == 0o600
    assert open_checkpoint(file.read_text(), here.keys.verifier).size == 3
    os.utime(file, (0, datetime(2026, 11, 23, 5, 10, tzinfo=UTC).timestamp()))
    note = noted(tmp_path, here.keys.verifier)
    assert (note.text, note.head.size, note.when) == (file.read_text(), 3, "2026-11-23 05:10 UTC")
    assert {path.name for path in file.parent.iterdir()} == {NAME, "signing.key", "sealing.key", "pepper.key"}


def test_where_nothing_is_noted_nothing_is_asked(tmp_path):
    keys = load_keys(tmp_path / "keys", ORIGIN)
    assert read_noted(tmp_path / "keys", keys.verifier) is None
    assert read_noted(tmp_path / "none", keys.verifier) is None


@pytest.mark.parametrize(
    "change", [lambda raw: b"", lambda raw: raw[:-9], lambda raw: raw.replace(b"\n3\n", b"\n2\n"), lambda raw: b"\xff"]
)
def test_a_damaged_note_is_told_with_its_file_and_what_to_do(here, tmp_path, change):
    file = tmp_path / "keys" / NAME
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(VerificationError) as told:
        noted(tmp_path, here.keys.verifier)
    assert str(told.value).startswith(f"{file}: this is not the checkpoint that the gate noted")
    assert "remove this file" in told.value.hint
    assert "supprimez ce fichier" in told.value.told(words_of("fr"))


def test_a_note_of_another_key_is_told_as_that(here, tmp_path):
    other = load_keys(tmp_path / "other", ORIGIN)
    with pytest.raises(VerificationError) as told:
        noted(tmp_path, other.verifier)
    assert f"signed by {ORIGIN}+{here.keys.verifier.id.hex()}" in str(told.value)
    assert f"those of {ORIGIN}+{other.verifier.id.hex()}" in str(told.value)


def test_a_note_that_cannot_be_read(here, tmp_path):
    (tmp_path / "keys" / NAME).unlink()
    (tmp_path / "keys" / NAME).mkdir()
    with pytest.raises(VerificationError, match="Is a directory"):
        noted(tmp_path, here.keys.verifier)


def test_a_log_that_grew_lacks_nothing(here, tmp_path):
    assert found(here, tmp_path) is None
    here.add(300)
    assert found(here, tmp_path) is None


def test_a_shorter_log_says_how_many_are_missing_since_when(here, tmp_path):
    with opened(tmp_path / "more") as more:  # the same keys, and a log that went on
        (tmp_path / "more" / "keys").rename(tmp_path / "made")
    (tmp_path / "keys").rename(tmp_path / "more" / "keys")
    with opened(tmp_path / "more") as more:
        more.add(10)
        newest = more.store.read_now(lambda tx: tx.checkpoint())
    (tmp_path / "more" / "keys").rename(tmp_path / "keys")
    write_noted(tmp_path / "keys", newest)
    loss = found(here, tmp_path)
    assert isinstance(loss, LossError)
    assert (loss.noted.size, loss.size) == (10, 3)
    assert str(loss).startswith(
        f"{tmp_path / 'guard.db'}: the log ends on 2026-11-22 08:30 UTC at 3 entries, and it had 10"
    )
    assert "at least 7 are missing (put the newest store back" in str(loss)
    assert "il en manque au moins 7" in loss.told(words_of("fr"))
    here.add(10)
    loss = found(here, tmp_path)
    assert "the log has 13 entries, and the first 10 are not those" in str(loss)
    assert (loss.noted.size, loss.size) == (10, 13)


class Counted:
    """A transaction that counts what is read of it."""

    def __init__(self, tx):
        self._tx, self.leaves_read, self.roots_read = tx, 0, 0
        self.frontier = tx.frontier

    def checkpoint(self):
        return self._tx.checkpoint()

    def leaves(self, start=0, end=None):
        for leaf in self._tx.leaves(start, end):
            self.leaves_read += 1
            yield leaf

    @property
    def catalogue(self):
        return self

    def subtrees(self, level, start, end):
        roots = self._tx.catalogue.subtrees(level, start, end)
        self.roots_read += len(roots)
        return roots


@pytest.mark.parametrize("size", [3000, 3071, 3072, 5000])
def test_comparing_reads_little_of_a_long_log(here, tmp_path, size):
    here.add(size - 3)
    while here.store.write_now(catch_up):
        pass
    note = noted(tmp_path, here.keys.verifier)

    def work(tx):
        counted = Counted(tx)
        return lost(counted, here.log.check(tx), note, tmp_path), counted

    loss, counted = here.store.read_now(work)
    assert loss is None
    assert counted.leaves_read <= 3 * 256
    assert counted.roots_read <= size // 256


def test_a_wrong_root_that_was_kept_accuses_nobody(here, tmp_path):
    here.add(1000)
    while here.store.write_now(catch_up):
        pass
    here.store.write_now(lambda tx: tx.catalogue.put_subtrees(8, [(1, bytes(32))]))
    assert found(here, tmp_path) is None
