"""A log that is gone, or was put back from an older copy: every command stops, until the loss is accepted and on record."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from guard.audit.log import event_id
from guard.audit.noted import NAME
from guard.cli.main import main
from guard.errors import VerificationError
from guard.types.audit import AuditEntry
from guard.wiring.ledger import only_gate, open_ledger, read_settings, try_ledger
from tests import dying
from tests.gate import environment
from tests.ledgers import NOW, ORIGIN

STEPS = ("os.fsync", "pathlib.Path.replace", "guard.wiring.loss.write_noted", "guard.wiring.loss.open_ledger")
ACCEPTING = """
import sys
from guard.cli.main import main
sys.exit(main(["audit", "accept-loss", "--reason", "disk", "--by", "marie"]))
"""
TAKEN = 5
"""Opening, noting, and of the note: file, name, folder."""


@pytest.fixture
def gate(tmp_path, monkeypatch):
    """The folder of a gate that ran twice: five entries when it was copied to `older.db`, nine when it stopped."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "guard.toml").write_text(f'[store]\npath = "guard.db"\norigin = "{ORIGIN}"\n[keys]\nfolder = "keys"\n')
    run(5)
    shutil.copy("guard.db", "older.db")
    run(4)
    shutil.copy("guard.db", "newest.db")
    return tmp_path


def opened(**more):
    return open_ledger(read_settings(Path("guard.toml")), **more)


def run(entries):
    """What a gate does, as far as it concerns the log."""
    ledger = opened()
    try:
        for _ in range(entries):
            entry = AuditEntry(event_id(NOW), "start", NOW, {})
            ledger.store.write_now(lambda tx, entry=entry: ledger.log.append(tx, entry))
        ledger.note()
    finally:
        ledger.store.close()


def put(store):
    for journal in ("guard.db-wal", "guard.db-shm"):
        Path(journal).unlink(missing_ok=True)
    shutil.copy(store, "guard.db")


def guard(capsys, *words):
    """Exit code, what it answers, what it tells."""
    code = main(list(words))
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def accept(capsys, *more):
    return guard(capsys, "audit", "accept-loss", "--reason", "the disk failed", "--by", "marie", *more)


def test_a_log_that_only_grew_is_opened(gate, capsys):
    run(1)
    assert guard(capsys, "audit", "verify")[:2] == (0, f"verified: 10 entries, root {root()}\n")


def root():
    with closing(sqlite3.connect("guard.db")) as store:
        (note,) = store.execute("SELECT checkpoint FROM tree").fetchone()
    return base64.b64decode(note.split("\n")[2]).hex()


@pytest.mark.parametrize(
    "command",
    [
        ("audit", "verify"), ("audit", "export", "--output", "out"), ("audit", "erase"), ("audit", "search"),
        ("review", "list"), ("review", "reject", "1001", "--reason", "no"), ("user", "list"),
        ("user", "add", "marie", "--role", "reviewer", "--one-time"),
    ],
)  # fmt: skip
def test_where_the_log_is_gone_no_command_begins_another(gate, capsys, command):
    (gate / "guard.db").unlink()
    code, out, told = guard(capsys, *command)
    assert (code, out) == (1, "")
    assert told.startswith(f"error: {gate / 'guard.db'}: there is no log here, and it had 9 entries when")
    assert "all are missing (put the newest store back" in told
    assert not (gate / "guard.db").exists()


def test_an_empty_store_in_its_place_says_the_same(gate, capsys):
    (gate / "guard.db").write_bytes(b"")
    code, _, told = guard(capsys, "review", "list")
    assert code == 1
    assert "it had 9 entries" in told


@pytest.mark.parametrize("command", [("audit", "erase"), ("review", "list"), ("user", "list")])
def test_an_older_copy_is_refused(gate, capsys, command):
    put("older.db")
    code, out, told = guard(capsys, *command)
    assert (code, out) == (1, "")
    assert "at 5 entries, and it had 9 when" in told
    assert "at least 4 are missing" in told


def test_in_french(gate, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    put("older.db")
    told = guard(capsys, "review", "list")[2]
    assert "le journal finit le 2026-11-22 08:30 UTC à 5 entrées, et il en avait 9" in told
    assert "remettez le stockage le plus récent" in told


def test_what_is_left_may_be_read(gate, capsys):
    put("older.db")
    code, out, told = guard(capsys, "audit", "search", "--format", "json")
    assert (code, len(json.loads(out))) == (0, 5)
    assert told.startswith("warning: ")
    assert guard(capsys, "audit", "export", "--output", "out")[0] == 0
    assert guard(capsys, "audit", "prove", "3", "--output", "p")[0] == 0
    code, out, told = guard(capsys, "audit", "verify")
    assert code == 1
    assert out.startswith("verified: 5 entries")
    assert "at least 4 are missing" in told


def test_the_gate_is_told_before_it_compiles_and_nothing_is_left_open(gate, capsys):
    put("older.db")
    with pytest.raises(VerificationError, match="at least 4 are missing"):
        try_ledger(read_settings(gate / "guard.toml"))
    put("newest.db")
    try_ledger(read_settings(gate / "guard.toml"))
    assert not (gate / "guard.db-wal").exists()


def test_accepted_it_is_on_record_and_the_log_goes_on(gate, capsys):
    before = (gate / "keys" / NAME).read_text()
    put("older.db")
    assert accept(capsys)[:2] == (0, "recorded as entry 5; what was noted before, 9 entries, stands in it\n")
    run(1)
    code, out, _ = guard(capsys, "audit", "search", "--kind", "loss", "--format", "json")
    (entry,) = json.loads(out)
    had = base64.b64decode(before.split("\n")[2]).hex()
    assert entry["data"] == {"author": entry["data"]["author"], "noted": {"root": had, "size": 9}, "size": 5}
    assert (entry["person"], entry["reason"]) == ("marie", "the disk failed")
    assert "the disk failed" in guard(capsys, "audit", "search", "--kind", "loss")[1]
    assert guard(capsys, "audit", "verify")[0] == 0
    assert guard(capsys, "audit", "export", "--output", "out")[0] == 0
    tree = b"".join(path.read_bytes() for path in (gate / "out").rglob("*") if path.is_file())
    assert b"the disk failed" not in tree
    assert b"the disk failed" not in (gate / "guard.db").read_bytes()
    code, _, told = accept(capsys)
    assert code == 2
    assert "there is nothing to accept: the log has all" in told


def test_a_log_that_is_gone_can_be_begun_anew_knowingly(gate, capsys):
    (gate / "guard.db").unlink()
    assert json.loads(accept(capsys, "--format", "json")[1])["noted"]["entries"] == 9
    run(3)
    assert guard(capsys, "audit", "verify")[1].startswith("verified: 4 entries")
    put("newest.db")  # found again: now it is this one that lacks what was recorded since
    code, _, told = guard(capsys, "review", "list")
    assert code == 1
    assert "the log has 9 entries, and the first 4 are not those" in told


def test_nothing_is_accepted_without_a_reason_or_a_loss_or_beside_a_gate(gate, capsys):
    assert guard(capsys, "audit", "accept-loss", "--reason", " ")[0] == 2
    put("older.db")
    with only_gate(read_settings(gate / "guard.toml")):
        code, _, told = accept(capsys)
    assert code == 2
    assert "another gate is running" in told
    (gate / "keys" / NAME).unlink()
    code, _, told = accept(capsys)
    assert code == 2
    assert "no checkpoint is noted at" in told


def test_damaged_and_foreign_notes_are_not_accepted_away(gate, capsys):
    (gate / "keys" / NAME).write_text("")
    for command in ("review", "list"), ("audit", "accept-loss", "--reason", "x"):
        code, _, told = guard(capsys, *command)
        assert code == 1
        assert "this is not the checkpoint that the gate noted" in told
    code, out, _ = guard(capsys, "audit", "verify")  # which is what the advice says to do
    assert (code, out[:19]) == (1, "verified: 9 entries")
    (gate / "keys" / NAME).unlink()
    run(0)
    assert (gate / "keys" / NAME).exists()


def test_keys_are_not_made_anew_beside_a_note(gate, capsys):
    (gate / "guard.db").unlink()
    (gate / "keys" / "signing.key").unlink()
    code, _, told = guard(capsys, "user", "list")
    assert code == 2
    assert "signing.key cannot be read" in told
    assert not (gate / "keys" / "signing.key").exists()


@pytest.mark.parametrize("step", range(1, TAKEN + 2))
def test_killed_in_between_it_can_be_said_again(gate, capsys, step):
    put("older.db")
    ended = dying.ended(ACCEPTING, dies_at=step, steps=STEPS, env=environment())
    assert ended.returncode == (dying.DIED if step <= TAKEN else 0), ended.stderr
    if guard(capsys, "review", "list")[0] == 1:
        assert accept(capsys)[0] == 0
    else:
        assert step > TAKEN - 1, "noted before it could be"
    run(1)
    _, out, _ = guard(capsys, "audit", "search", "--kind", "loss", "--format", "json")
    assert [entry["data"]["noted"]["size"] for entry in json.loads(out)] == [9]
    assert guard(capsys, "audit", "verify")[0] == 0


def test_what_cannot_be_noted_is_an_error_and_recorded_once(gate, capsys):
    put("older.db")
    draft = gate / "keys" / f".{NAME}.new"
    draft.mkdir()
    code, _, told = accept(capsys)
    assert code == 3
    assert "the loss is recorded, and the new checkpoint cannot be noted" in told
    draft.rmdir()
    assert accept(capsys)[0] == 0
    assert len(json.loads(guard(capsys, "audit", "search", "--kind", "loss", "--format", "json")[1])) == 1


def test_a_folder_that_cannot_be_written_only_warns(gate, caplog):
    (gate / "keys" / f".{NAME}.new").mkdir()
    before = (gate / "keys" / NAME).read_bytes()
    run(1)
    assert [record.getMessage() for record in caplog.records] == ["checkpoint-not-noted"]
    assert (gate / "keys" / NAME).read_bytes() == before


def test_a_note_that_cannot_be_written_only_warns(gate, caplog):
    before = (gate / "keys" / NAME).read_bytes()
    (gate / "keys" / f".{NAME}.new").mkdir()  # in the way of whoever writes, root too
    run(1)
    (told,) = [record.facts["why"] for record in caplog.records]
    assert told
    assert (gate / "keys" / NAME).read_bytes() == before


def test_a_gate_does_not_note_over_what_its_log_lacks(gate, caplog):
    before = (gate / "keys" / NAME).read_bytes()
    put("older.db")
    ledger = opened(doubt=lambda _: None)
    ledger.note()
    ledger.store.close()
    assert "at least 4 are missing" in caplog.records[0].facts["why"]
    assert (gate / "keys" / NAME).read_bytes() == before


def test_what_did_not_change_is_not_written_again(gate):
    before = (gate / "keys" / NAME).stat()
    run(0)
    assert (gate / "keys" / NAME).stat().st_ino == before.st_ino
    run(1)
    after = (gate / "keys" / NAME).stat()
    assert after.st_ino != before.st_ino
    assert stat.S_IMODE(after.st_mode) == 0o600
